"Vectors, dictionaries, and the collector that `&` makes: (1 & 2 & 3) asVector."

traits _AddSlots: (|
  collection = (|
    parent* = traits root.
    isEmpty = ( size = 0 ).
    notEmpty = ( isEmpty not ).
    "The rest needs `size` and `do:`, which gives elements, and what they are found at."
    collect: block = (| found |
      found: vector copy.
      do: [| :each. :key | found add: (block value: each With: key) ].
      found
    ).
    select: block = (| found |
      found: vector copy.
      do: [| :each | (block value: each) ifTrue: [ found add: each ] ].
      found
    ).
    reject: block = ( select: [| :each | (block value: each) not ] ).
    inject: start Into: block = (| sum |
      sum: start.
      do: [| :each | sum: (block value: sum With: each) ].
      sum
    ).
    detect: block = ( detect: block IfNone: [ nil ] ).
    detect: block IfNone: none = (
      do: [| :each | (block value: each) ifTrue: [ ^ each ] ].
      none value
    ).
    includes: value = ( do: [| :each | each = value ifTrue: [ ^ true ] ]. false ).
    anySatisfy: block = ( do: [| :each | (block value: each) ifTrue: [ ^ true ] ]. false ).
    allSatisfy: block = ( do: [| :each | (block value: each) ifFalse: [ ^ false ] ]. true ).
    sum = ( inject: 0 Into: [| :a. :b | a + b ] ).
    max = ( inject: nil Into: [| :a. :b | a isNil ifTrue: [ b ] False: [ a max: b ] ] ).
    min = ( inject: nil Into: [| :a. :b | a isNil ifTrue: [ b ] False: [ a min: b ] ] ).
  |)
|).

traits _AddSlots: (|
  vector = (|
    parent* = traits collection.
    isVector = ( true ).
    size = ( _Size _Native: 'integer.from_number' ).
    at: i = ( _At: i ).
    at: i Put: value = ( _At: i Put: value ).
    at: i IfAbsent: block = ( (_Has: i) ifTrue: [ _At: i ] False: [ block value ] ).
    first = ( at: 0 ).
    last = ( at: size - 1 ).
    add: value = ( _Native: 'array.push' With: value. self ).
    removeLast = ( _Native: 'array.pop' ).
    removeAt: i = ( _Native: 'array.remove' With: i ).
    clone = ( _Native: 'array.copy' ).
    copySize: size = ( copySize: size FillingWith: nil ).
    copySize: size FillingWith: value = ( size _Native: 'array.new' With: value ).
    copyFrom: start UpTo: end = ( _Native: 'array.slice' With: start With: end ).
    do: block = ( 0 upTo: size Do: [| :i | block value: (at: i) With: i ] ).
    reverseDo: block = ( size pred downTo: 0 Do: [| :i | block value: (at: i) With: i ] ).
    reverse = ( _Native: 'array.reverse' ).
    , other = ( _Add: other ).
    with: other Do: block = ( do: [| :each. :i | block value: each With: (other at: i) ] ).
    "Elements of one another by their own `=`."
    = other = (
      other isVector ifFalse: [ ^ false ].
      size = other size ifFalse: [ ^ false ].
      do: [| :each. :i | each = (other at: i) ifFalse: [ ^ false ] ].
      true
    ).
    "Sorts by a block that tells whether its first argument may stand before the second."
    sortBy: before = (| middle |
      size < 2 ifTrue: [ ^ copy ].
      middle: size / 2.
      ((copyFrom: 0 UpTo: middle) sortBy: before)
        mergedWith: ((copyFrom: middle UpTo: size) sortBy: before) By: before
    ).
    sort = ( sortBy: [| :a. :b | a <= b ] ).
    mergedWith: other By: before = (| found. i <- 0. k <- 0 |
      found: vector copy.
      [ i < size and: [ k < other size ] ] whileTrue: [
        (before value: (at: i) With: (other at: k))
          ifTrue: [ found add: (at: i). i: i + 1 ]
          False: [ found add: (other at: k). k: k + 1 ]
      ].
      (found, (copyFrom: i UpTo: size)), (other copyFrom: k UpTo: other size)
    ).
    joinWith: separator = (
      (collect: [| :each | each asString ]) _Native: 'array.join' With: separator
    ).
    asVector = ( self ).
    printString = ( '(', ((collect: [| :each | each printString ]) joinWith: ' & '), ') asVector' ).
  |).
  dictionary = (|
    parent* = traits collection.
    size = ( _Size _Native: 'integer.from_number' ).
    at: key = ( at: key IfAbsent: [ error: 'the key ', key printString, ' is absent' ] ).
    at: key Put: value = ( _At: key Put: value ).
    at: key IfAbsent: block = ( (_Has: key) ifTrue: [ _At: key ] False: [ block value ] ).
    at: key IfAbsentPut: block = ( at: key IfAbsent: [| made |
      made: block value.
      at: key Put: made.
      made
    ] ).
    includesKey: key = ( _Has: key ).
    removeKey: key = ( _Native: 'map.delete' With: key ).
    keys = ( _Native: 'map.keys' ).
    values = ( _Native: 'map.values' ).
    clone = ( _Native: 'map.copy' ).
    do: block = ( keys do: [| :key | block value: (at: key) With: key ] ).
    printString = (
      'dictionary(',
        ((collect: [| :value. :key | (key printString, ' -> '), value printString ])
          joinWith: ', '), ')'
    ).
  |).
|).

traits vector _TraitsOf: 'array'.
traits dictionary _TraitsOf: 'map'.

_AddSlots: (| vector = 0 _Native: 'array.new' |).
_AddSlots: (| dictionary = vector _Native: 'map.from_entries' |).

_AddSlots: (|
  collector = (|
    parent* = traits clonable.
    items <- vector.
    copy = ( clone items: items copy ).
    & value = ( items add: value. self ).
    asVector = ( items ).
    printString = ( items printString ).
  |)
|).
