"Processes: blocks that run beside each other, and send each other messages.

 Lua and JavaScript have no processes that copy what they are sent, so what is expected is argued:
 each receive below waits for one sender only, or adds up what comes in any order.
 1. The squares come in any order; their sum is 1 + 4 + ... + 100 = 385.
 2. A server keeps its state in the variables of its block: 1, 3, 6, then 'total 6'.
 3. What is sent is a copy: the vector here keeps its two elements, the other has three.
 4. A process has its own lobby: what it changes there is not seen here: 1.
 5. Nobody sends anything more, so the wait of a millisecond ends: 'nothing'.
 6. A process that fails does not end the others: 'alive'.
 7. A token goes through a ring of 100 processes, each of which adds one."

_AddSlots: (| main = process current. tally <- 0. setting <- 1 |).

1 to: 10 Do: [| :i | [ main send: i squared ] fork ].
10 timesRepeat: [ tally: tally + process receive ].
tally printLine.

_AddSlots: (|
  server = (|
    parent* = traits clonable.
    start = ( [| total <- 0. message |
      [ message: process receive. message isInteger ] whileTrue: [
        total: total + message.
        main send: total
      ].
      main send: 'total ', total printString
    ] fork ).
  |)
|).
_AddSlots: (| adder = server start |).
(1 & 2 & 3) asVector do: [| :n | adder send: n. process receive printLine ].
adder send: 'stop'.
process receive printLine.

_AddSlots: (| list = vector copy |).
list add: 1. list add: 2.
[ list add: 3. main send: list ] fork.
process receive printLine.
list printLine.

[ setting: 99. main send: setting ] fork.
process receive printLine.
setting printLine.

(process receiveWithin: 1 Else: [ 'nothing' ]) printLine.

[ error: 'dies' ] fork.
[ main send: 'alive' ] fork.
process receive printLine.

_AddSlots: (|
  ring = (|
    parent* = traits clonable.
    "A process that passes on, one more, what it receives."
    before: next = ( [ next send: process receive + 1 ] fork ).
    size: n = (| first |
      first: main.
      n timesRepeat: [ first: before: first ].
      first send: 0.
      process receive
    ).
  |)
|).
(ring size: 100) printLine.

"Objects travel with their parents."
_AddSlots: (| point = (| parent* = traits clonable. x <- 1. doubled = ( clone x: x * 2 ) |) |).
_AddSlots: (| echo = [ main send: process receive doubled ] fork |).
echo send: point.
process receive x printLine.
point x printLine.
