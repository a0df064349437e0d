"Dictionaries: keys of any immutable value, in the order in which they came."

_AddSlots: (| counts = dictionary copy |).
('to be or not to be that is the question' splitOn: ' ') do: [| :word |
  counts at: word Put: (counts at: word IfAbsent: [ 0 ]) + 1
].
counts printLine.
counts size printLine.
(counts at: 'be') printLine.
(counts includesKey: 'or') printLine.
counts keys printLine.
counts values sum printLine.
(counts select: [| :n | n > 1 ]) printLine.
(counts collect: [| :n. :word | word, n ]) printLine.
counts removeKey: 'question'.
(counts at: 'question' IfAbsent: [ 'gone' ]) printLine.
([ counts at: 'question' ] onError: [| :e | e message ]) printLine.

"A copy is another dictionary."
_AddSlots: (| more = counts copy |).
more at: 'new' Put: 100.
(counts size & more size) asVector printLine.

"Numbers and strings are different keys; what is computed is remembered."
_AddSlots: (|
  memo = (|
    parent* = traits clonable.
    known = dictionary copy.
    calls <- 0.
    fib: n = ( known at: n IfAbsentPut: [
      calls: calls + 1.
      n < 2 ifTrue: [ n ] False: [ (fib: n - 1) + (fib: n - 2) ]
    ] ).
  |).
  mixed = dictionary copy.
|).
(memo fib: 90) printLine.
memo calls printLine.
mixed at: 1 Put: 'one'. mixed at: '1' Put: 'text'. mixed at: true Put: 'truth'. mixed at: nil Put: 'nothing'.
(mixed at: 1) printLine. (mixed at: '1') printLine. (mixed at: true) printLine. (mixed at: nil) printLine.
mixed size printLine.

"Groups."
_AddSlots: (| groups = dictionary copy |).
1 to: 10 Do: [| :i | (groups at: i % 3 IfAbsentPut: [ vector copy ]) add: i ].
groups do: [| :members. :key | (key printString, ': ', members printString) printLine ].
(groups detect: [| :members | members size > 3 ]) printLine.
