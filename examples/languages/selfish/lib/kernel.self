"What everything inherits, what can be cloned, nil, and errors.

 Slots are added to `traits` one after the other, since what stands in an object cannot see its
 neighbours while it is made."

_AddSlots: (| traits = () |).

traits _AddSlots: (|
  root = (|
    == other = ( _Same: other ).
    !== other = ( (_Same: other) not ).
    = other = ( _Same: other ).
    != other = ( (self = other) not ).
    "A value is what it is; blocks know better."
    value = ( self ).
    isNil = ( false ).
    isInteger = ( false ).
    isNumber = ( false ).
    isString = ( false ).
    isVector = ( false ).
    ifNil: block = ( self ).
    ifNotNil: block = ( block value: self ).
    ifNil: none NotNil: some = ( some value: self ).
    copy = ( clone ).
    clone = ( self ).
    printString = ( 'a value' ).
    asString = ( printString ).
    printLine = ( asString _Native: 'io.println'. self ).
    print = ( asString _Native: 'io.print'. self ).
    & other = ( (collector copy & self) & other ).
    perform: selector = ( _Perform: selector With: vector copy ).
    perform: selector With: arguments = ( _Perform: selector With: arguments ).
    error: text = ( (| parent* = traits error. kind = 'error'. message = text |) signal ).
    signal = ( _Throw ).
  |)
|).

traits _AddSlots: (|
  clonable = (|
    parent* = traits root.
    clone = ( _Clone ).
    printString = ( 'an object' ).
    addSlots: object = ( _AddSlots: object ).
    removeSlot: name = ( _RemoveSlot: name, ':'. _RemoveSlot: name ).
    hasSlot: name = ( _HasSlot: name ).
    slotNames = (
      (_Native: 'object.keys') select: [| :name | (name endsWith: ':') not ]
    ).
    parentObject = ( _Parent ).
    parentObject: object = ( _SetParent: object ).
  |).
  nil = (|
    parent* = traits root.
    isNil = ( true ).
    ifNil: block = ( block value ).
    ifNotNil: block = ( nil ).
    ifNil: none NotNil: some = ( none value ).
    printString = ( 'nil' ).
  |).
  atom = (|
    parent* = traits root.
    printString = ( _Text ).
  |).
|).

"The lobby is an object like others."
_SetParent: traits clonable.

traits nil _TraitsOf: 'unit'.
traits atom _TraitsOf: 'atom'.
traits atom _TraitsOf: 'reference'.
traits atom _TraitsOf: 'tuple'.

traits _AddSlots: (|
  "kind tells errors apart, message tells people about them."
  error = (|
    parent* = traits clonable.
    printString = ( kind, ': ', message ).
  |)
|).

traits error _TraitsOf: 'error'.
