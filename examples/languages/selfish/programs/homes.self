"The home of a block: the activation from which `^` returns.

 Neither Lua nor JavaScript has such blocks, so what is expected is argued here.
 1. `early` hands out a block and ends. The block's `^` finds its home dead, which is an error.
 2. The same if the home ended by an error, or by a return out of another block.
 3. Each activation is a home of its own. `recursive:Leave:` of 4 makes a block in the activation
    with n = 2, and runs it in the one with n = 0: the activations 0 and 1 and 2 are left, the
    latter with the block's value, which is dropped there; 3 and 4 go on: 'passed 4'.
    Without a turn n = 2 the block comes from outside: the whole program's statement is left by it.
 4. A block whose home is dead still runs as long as it does not return.
 5. A block in another process has no home there: that process dies of it, and says nothing.
    Its sender goes on; what the receiver waits for comes from another one."

_AddSlots: (|
  homes = (|
    parent* = traits clonable.
    kept <- nil.
    early = ( [ ^ 1 ] ).
    failing = ( kept: [ ^ 2 ]. error: 'on the way' ).
    leaving = ( kept: [ ^ 3 ]. [ ^ 4 ] value ).
    recursive: n Leave: leave = (| left |
      n = 0 ifTrue: [ leave value. 'never said' printLine ].
      left: (recursive: n - 1 Leave: (n = 2 ifTrue: [ [ ^ 'left 2' ] ] False: [ leave ])).
      n = 3 ifTrue: [ left printLine ].
      'passed ', n printString
    ).
    outside: n = ( recursive: n Leave: [ ^ 'left the whole' ]. 'never said' printLine ).
    careful = (| asked <- false |
      [ asked ifTrue: [ ^ 'no' ]. asked: true. 'fine' ]
    ).
    try: block = ( [ block value ] onError: [| :e | e message ] ).
  |)
|).

(homes try: homes early) printLine.
'still here' printLine.
(homes try: [ homes failing ]) printLine.
(homes try: homes kept) printLine.
homes leaving printLine.
(homes try: homes kept) printLine.
(homes recursive: 4 Leave: [ 'unused' ]) printLine.
(homes outside: 1) printLine.
_AddSlots: (| careful = homes careful |).
(homes try: careful) printLine.
(homes try: careful) printLine.

_AddSlots: (| main = process current |).
_AddSlots: (| lost = (| parent* = traits clonable.
  run = ( [ ^ 'nowhere' ] fork. [ main send: 'from a process' ] fork ) |) |).
lost run.
process receive printLine.
