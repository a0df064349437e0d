"Integers of any size, and floats. What the compiler opens up is sealed; it does to numbers what
 these methods do."

traits _AddSlots: (|
  number = (|
    parent* = traits root.
    isNumber = ( true ).
    + other = ( _Add: other ).
    - other = ( _Sub: other ).
    * other = ( _Mul: other ).
    < other = ( _Less: other ).
    <= other = ( _LessEqual: other ).
    > other = ( _Greater: other ).
    >= other = ( _GreaterEqual: other ).
    = other = ( _Equal: other ).
    != other = ( _NotEqual: other ).
    negate = ( _Negated ).
    abs = ( self < 0 ifTrue: [ negate ] False: [ self ] ).
    min: other = ( self < other ifTrue: [ self ] False: [ other ] ).
    max: other = ( self > other ifTrue: [ self ] False: [ other ] ).
    between: low And: high = ( self >= low and: [ self <= high ] ).
    power: other = ( _Pow: other ).
    squared = ( self * self ).
    sqrt = ( _Native: 'math.sqrt' ).
    isZero = ( self = 0 ).
    "Steps of any size; the loop of the compiler is for integers and steps of one."
    to: end By: step Do: block = (| i |
      i: self.
      step > 0
        ifTrue: [ [ i <= end ] whileTrue: [ block value: i. i: i + step ] ]
        False: [ [ i >= end ] whileTrue: [ block value: i. i: i + step ] ].
      nil
    ).
    to: end Do: block = ( to: end By: 1 Do: block ).
    upTo: end Do: block = (| i |
      i: self.
      [ i < end ] whileTrue: [ block value: i. i: i + 1 ].
      nil
    ).
    downTo: end Do: block = ( to: end By: -1 Do: block ).
  |)
|).

traits _AddSlots: (|
  integer = (|
    parent* = traits number.
    isInteger = ( true ).
    "Division that truncates, and its remainder; by a float, division of floats."
    / other = ( other isInteger ifTrue: [ _Quot: other ] False: [ _Div: other ] ).
    % other = ( _Rem: other ).
    "Division that rounds down, and its remainder."
    div: other = ( _FloorDiv: other ).
    mod: other = ( _FloorMod: other ).
    & other = ( (collector copy & self) & other ).
    bitAnd: other = ( _And: other ).
    bitOr: other = ( _Or: other ).
    bitXor: other = ( _Xor: other ).
    shiftLeft: count = ( _ShiftLeft: count ).
    shiftRight: count = ( _ShiftRight: count ).
    even = ( (self bitAnd: 1) = 0 ).
    odd = ( even not ).
    succ = ( self + 1 ).
    pred = ( self - 1 ).
    "From 0 up to it."
    do: block = ( 0 upTo: self Do: block ).
    timesRepeat: block = ( do: [ block value ]. self ).
    factorial = ( self <= 1 ifTrue: [ 1 ] False: [ self * pred factorial ] ).
    gcd: other = ( other = 0 ifTrue: [ abs ] False: [ other gcd: self % other ] ).
    asInteger = ( self ).
    asFloat = ( _Native: 'integer.to_number' ).
    printString = ( _Text ).
    printBase: base = ( _Native: 'integer.to_text' With: base ).
  |).
  float = (|
    parent* = traits number.
    / other = ( _Div: other ).
    % other = ( _Rem: other ).
    floor = ( _Native: 'integer.floor' ).
    ceil = ( _Native: 'integer.ceil' ).
    round = ( _Native: 'integer.round' ).
    asInteger = ( _Native: 'integer.trunc' ).
    asFloat = ( self ).
    isFinite = ( _Native: 'math.is_finite' ).
    "A whole float shows that it is one."
    printString = (| text |
      text: _Text.
      ((text includes: '.') or: [ (text includes: 'e') or: [ isFinite not ] ])
        ifTrue: [ text ] False: [ text, '.0' ]
    ).
  |)
|).

traits number _Seal: '+'.
traits number _Seal: '-'.
traits number _Seal: '*'.
traits number _Seal: '<'.
traits number _Seal: '<='.
traits number _Seal: '>'.
traits number _Seal: '>='.
traits number _Seal: '='.
traits number _Seal: '!='.
traits number _Seal: 'to:Do:'.
traits number _Seal: 'upTo:Do:'.
traits number _Seal: 'downTo:Do:'.
traits integer _Seal: 'do:'.
traits integer _TraitsOf: 'integer'.
traits float _TraitsOf: 'number'.
