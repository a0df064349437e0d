"Strings, which never change. Indices count from 0; an element is a string of one letter."

traits _AddSlots: (|
  string = (|
    parent* = traits root.
    isString = ( true ).
    = other = ( _Equal: other ).
    < other = ( _Less: other ).
    <= other = ( _LessEqual: other ).
    > other = ( _Greater: other ).
    >= other = ( _GreaterEqual: other ).
    , other = ( _Add: other asString ).
    size = ( _Size _Native: 'integer.from_number' ).
    isEmpty = ( size = 0 ).
    at: i = ( _At: i ).
    first = ( at: 0 ).
    last = ( at: size - 1 ).
    do: block = ( 0 upTo: size Do: [| :i | block value: (at: i) With: i ] ).
    copyFrom: start UpTo: end = ( _Native: 'string.slice' With: start With: end ).
    includes: part = ( _Native: 'string.contains' With: part ).
    startsWith: part = ( _Native: 'string.starts_with' With: part ).
    endsWith: part = ( _Native: 'string.ends_with' With: part ).
    "Where a part begins, or nil."
    indexOf: part = (
      (_Native: 'string.find' With: part) ifNotNil: [| :i | i _Native: 'integer.from_number' ]
    ).
    replace: part With: other = ( _Native: 'string.replace' With: part With: other ).
    splitOn: separator = ( _Native: 'string.split' With: separator ).
    asUppercase = ( _Native: 'string.upper' ).
    asLowercase = ( _Native: 'string.lower' ).
    reverse = ( _Native: 'string.reverse' ).
    trim = ( _Native: 'string.trim' ).
    repeat: count = ( _Native: 'string.repeat' With: count ).
    padLeft: width = ( _Native: 'string.pad_start' With: width ).
    padRight: width = ( _Native: 'string.pad_end' With: width ).
    asVector = ( _Native: 'string.chars' ).
    "What the text spells, or nil."
    asInteger = ( _Native: 'integer.parse' ).
    asFloat = ( _Native: 'string.to_number' ).
    codeAt: i = ( (_Native: 'string.code_at' With: i) _Native: 'integer.from_number' ).
    asString = ( self ).
    printString = ( '\'', self, '\'' ).
  |)
|).

traits string _TraitsOf: 'string'.
