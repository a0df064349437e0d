"Blocks. Each has a slot of its own that runs it: `value`, `value:`, `value:With:`, ... by its
 arguments. A block that is given more than it asks for drops the rest, as these slots say."

traits _AddSlots: (|
  block = (|
    parent* = traits root.
    value = ( error: 'this block wants an argument' ).
    value: a = ( value ).
    value: a With: b = ( value: a ).
    value: a With: b With: c = ( value: a With: b ).
    value: a With: b With: c With: d = ( value: a With: b With: c ).
    whileTrue: body = ( [ value ] whileTrue: [ body value ] ).
    whileFalse: body = ( [ value ] whileFalse: [ body value ] ).
    whileTrue = ( self whileTrue: [ nil ] ).
    loop = ( [ true ] whileTrue: [ value ] ).
    "Runs the block over and over, until it runs the block that it is given."
    loopExit = ( [ value: [ ^ nil ] ] loop ).
    "The same; what the inner block is given is the result."
    loopExitValue = ( [ value: [| :result | ^ result ] ] loop ).
    ensure: last = ( _Ensure: last ).
    ifCurtailed: last = ( _IfCurtailed: last ).
    onError: handler = ( _OnError: handler ).
    fork = ( _Fork ).
    printString = ( 'a block' ).
  |)
|).

traits block _Seal: 'whileTrue:'.
traits block _Seal: 'whileFalse:'.
traits block _TraitsOf: 'block'.
