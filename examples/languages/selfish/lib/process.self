"Processes: `[ ... ] fork` runs a block in a process that has a copy of the whole world."

traits _AddSlots: (|
  process = (|
    parent* = traits root.
    = other = ( _Equal: other ).
    send: message = ( _Send: message ).
    printString = ( 'a process' ).
  |)
|).

traits process _TraitsOf: 'process'.

_AddSlots: (|
  process = (|
    parent* = traits clonable.
    current = ( _Current ).
    receive = ( _Receive ).
    receiveWithin: milliseconds Else: block = ( _ReceiveWithin: milliseconds Else: block ).
  |)
|).
