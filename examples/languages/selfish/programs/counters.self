"Blocks are closures: they share the variables of the code around them, and each turn of a loop
 and each call has its own."

_AddSlots: (|
  maker = (|
    parent* = traits clonable.
    counterFrom: start = (| count |
      count: start.
      "An object whose slots hold blocks; a slot's value is seen where the object is made."
      (| parent* = traits clonable. up = [ count: count + 1. count ]. now = [ count ] |)
    ).
    adder: n = ( [| :m | n + m ] ).
    compose: f With: g = ( [| :x | f value: (g value: x) ] ).
  |)
|).

_AddSlots: (| one = maker counterFrom: 10. two = maker counterFrom: 0 |).
one up value. one up value. two up value.
one now value printLine.
two now value printLine.

((maker adder: 3) value: 4) printLine.
((maker compose: (maker adder: 1) With: [| :x | x * 10 ]) value: 4) printLine.

"Each turn has its own `i` and its own `twice`."
_AddSlots: (| blocks = vector copy |).
1 to: 3 Do: [| :i. twice |
  twice: i * 2.
  blocks add: [ twice: twice + 1. i printString, ':', twice printString ]
].
blocks do: [| :each | each value printLine ].
blocks do: [| :each | each value printLine ].

"A variable around the loop is one for all."
_AddSlots: (|
  shared = (| parent* = traits clonable.
    run = (| total <- 0. adders |
      adders: vector copy.
      1 to: 3 Do: [| :i | adders add: [ total: total + i ] ].
      adders do: [| :each | each value ].
      adders do: [| :each | each value ].
      total
    ).
    nested = (| a <- 1 |
      [| b <- 10 | [| c <- 100 | a: a + 1. b: b + a. c: c + b. c ] value + b ] value + a
    ).
    fib = (| a <- 0. b <- 1 | [| t | t: a. a: b. b: t + b. t ] ).
  |)
|).
shared run printLine.
shared nested printLine.
_AddSlots: (| next = shared fib |).
(vector copySize: 10) do: [ next value printString, ' ' ].
((vector copySize: 12) collect: [ next value ]) printLine.

"A block drops arguments that it does not ask for, and holds blocks of more arguments."
([| :a | a ] value: 1 With: 2) printLine.
([| :a. :b. :c. :d | ((a * b) + (c * d)) ] value: 1 With: 2 With: 3 With: 4) printLine.
[ 'no arguments' ] value printLine.
[] value printLine.
