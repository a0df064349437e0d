"Returns from methods out of blocks: from loops, from loops in loops, through methods in between."

_AddSlots: (|
  finder = (|
    parent* = traits clonable.
    firstOver: limit In: items = (
      items do: [| :each | each > limit ifTrue: [ ^ each ] ].
      'none'
    ).
    pairOf: sum In: items = (
      items do: [| :a. :i |
        items do: [| :b. :k | (k > i and: [ (a + b) = sum ]) ifTrue: [ ^ (a & b) asVector ] ]
      ].
      nil
    ).
    "The block that returns is handed on; the activations of `deep:Do:` in between are left too."
    deep: n Do: block = (
      n = 0 ifTrue: [ block value ] False: [ deep: n - 1 Do: block ].
      'never reached' printLine
    ).
    through: n = ( deep: n Do: [ ^ 'back from ', n printString ]. 'not here' ).
    "Out of loops of all kinds."
    whileLoop = (| i <- 0 | [ true ] whileTrue: [ i: i + 1. i = 7 ifTrue: [ ^ i ] ] ).
    downLoop = ( 10 downTo: 0 Do: [| :i | (i * i) < 30 ifTrue: [ ^ i ] ] ).
    stepLoop = ( 1 to: 100 By: 7 Do: [| :i | (i % 5) = 0 ifTrue: [ ^ i ] ] ).
    endless = (| n <- 0 | [ n: n + 1. n > 5 ifTrue: [ ^ n ] ] loop ).
    exit = (| n <- 0 | [| :exit | n: n + 1. n = 4 ifTrue: [ exit value ] ] loopExit. n ).
    exitValue = (| n <- 0 | [| :exit | n: n + 1. n = 4 ifTrue: [ exit value: n * 10 ] ] loopExitValue ).
    "What a method is for: it returns, the block around it goes on."
    sign: n = ( n < 0 ifTrue: [ ^ -1 ]. n > 0 ifTrue: [ ^ 1 ]. 0 ).
    signs: items = ( items collect: [| :each | sign: each ] ).
    "A search that calls itself, and returns from the innermost of it."
    path: tree To: name = (
      tree name = name ifTrue: [ ^ (vector copy) add: name ].
      tree children do: [| :each. found |
        found: path: each To: name.
        found ifNotNil: [ ^ ((vector copy) add: tree name), found ]
      ].
      nil
    ).
  |).
  numbers = 3 & 9 & 4 & 12 & 7 & 20.
|).

_AddSlots: (| node = (| parent* = traits clonable. name <- ''. children <- nil.
  named: text With: below = ( (clone name: text) children: below ) |) |).

(finder firstOver: 8 In: numbers asVector) printLine.
(finder firstOver: 80 In: numbers asVector) printLine.
(finder pairOf: 19 In: numbers asVector) printLine.
(finder pairOf: 18 In: numbers asVector) printLine.
(finder through: 0) printLine.
(finder through: 50) printLine.
finder whileLoop printLine.
finder downLoop printLine.
finder stepLoop printLine.
finder endless printLine.
finder exit printLine.
finder exitValue printLine.
(finder signs: (-5 & 0 & 5) asVector) printLine.

_AddSlots: (| tree = node named: 'root' With: (
  (node named: 'a' With: ((node named: 'b' With: vector copy) & (node named: 'c' With: vector copy)) asVector)
  & (node named: 'd' With: vector copy)) asVector |).
(finder path: tree To: 'c') printLine.
(finder path: tree To: 'd') printLine.
(finder path: tree To: 'x') printLine.
