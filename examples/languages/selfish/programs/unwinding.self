"What is done when a block is left: `ensure:` at any end, `ifCurtailed:` at an untimely one. A
 return from a method, an error, and a loop that is left all count as one."

_AddSlots: (|
  log = (| parent* = traits clonable. lines <- vector. say: text = ( text printLine. self ) |).
  job = (|
    parent* = traits clonable.
    normal = ( [ log say: 'work'. 'done' ] ensure: [ log say: 'always' ] ).
    returning = (
      [ log say: 'work'. ^ 'returned' ] ensure: [ log say: 'always' ].
      log say: 'not here'
    ).
    curtailed: early = (
      [ early ifTrue: [ ^ 'early' ]. 'late' ] ifCurtailed: [ log say: 'curtailed' ]
    ).
    nested = (
      1 to: 3 Do: [| :i |
        [ [ i = 2 ifTrue: [ ^ 'left in turn ', i printString ]. log say: 'turn ', i printString ]
            ensure: [ log say: 'inner ', i printString ] ]
          ensure: [ log say: 'outer ', i printString ]
      ].
      'not here'
    ).
    "The activations in between clean up too, the innermost first."
    deep: n Do: block = (
      n = 0
        ifTrue: [ block value ]
        False: [ [ deep: n - 1 Do: block ] ensure: [ log say: 'level ', n printString ] ]
    ).
    deeply = ( deep: 3 Do: [ ^ 'from the depth' ]. 'not here' ).
    failing = ( [ error: 'broken' ] ensure: [ log say: 'cleaned up' ] ).
    "A return while another one is under way takes its place."
    overtaken = ( [ ^ 'first' ] ensure: [ ^ 'second' ] ).
    "So does one while an error is under way."
    swallowed = ( [ error: 'lost' ] ensure: [ ^ 'no error' ] ).
    "An error on the way of a return does as well."
    broken = ( [ [ ^ 'first' ] ensure: [ error: 'on the way' ] ] onError: [| :e | 'caught ', e message ] ).
    "A handler does not see a return."
    passing = ( [ ^ 'passed' ] onError: [| :e | 'caught' ]. 'not here' ).
    loop = (| n <- 0 |
      [| :exit | [ n: n + 1. n = 3 ifTrue: [ exit value ] ] ensure: [ log say: 'round ', n printString ] ] loopExit.
      n
    ).
  |)
|).

job normal printLine.
job returning printLine.
(job curtailed: true) printLine.
(job curtailed: false) printLine.
job nested printLine.
job deeply printLine.
([ job failing ] onError: [| :e | 'caught ', e message ]) printLine.
job overtaken printLine.
job swallowed printLine.
job broken printLine.
job passing printLine.
job loop printLine.
