"true and false. The conditions in these methods are opened up by the compiler, as they are
 everywhere for booleans; that is why the slots are sealed."

traits _AddSlots: (|
  boolean = (|
    parent* = traits root.
    ifTrue: a = ( self ifTrue: [ a value ] False: [ nil ] ).
    ifFalse: b = ( self ifTrue: [ nil ] False: [ b value ] ).
    ifTrue: a False: b = ( self ifTrue: [ a value ] False: [ b value ] ).
    ifFalse: b True: a = ( self ifTrue: [ a value ] False: [ b value ] ).
    and: b = ( self ifTrue: [ b value ] False: [ false ] ).
    or: b = ( self ifTrue: [ true ] False: [ b value ] ).
    xor: b = ( self !== b ).
    not = ( _Not ).
    printString = ( _Text ).
  |)
|).

traits boolean _Seal: 'ifTrue:'.
traits boolean _Seal: 'ifFalse:'.
traits boolean _Seal: 'ifTrue:False:'.
traits boolean _Seal: 'ifFalse:True:'.
traits boolean _Seal: 'and:'.
traits boolean _Seal: 'or:'.
traits boolean _TraitsOf: 'boolean'.
