"Vectors: fixed or growing, and what collections inherit."

_AddSlots: (| items = (5 & 3 & 8 & 1 & 9 & 2) asVector |).

items size printLine.
items printLine.
items sort printLine.
(items sortBy: [| :a. :b | a > b ]) printLine.
(items collect: [| :n | n squared ]) printLine.
(items select: [| :n | n odd ]) printLine.
(items reject: [| :n | n odd ]) printLine.
items sum printLine.
(items inject: 1 Into: [| :a. :b | a * b ]) printLine.
(items max & items min) asVector printLine.
(items detect: [| :n | n > 5 ]) printLine.
(items detect: [| :n | n > 50 ] IfNone: [ 'none' ]) printLine.
((items includes: 8) & (items includes: 7)) asVector printLine.
((items anySatisfy: [| :n | n = 1 ]) & (items allSatisfy: [| :n | n < 9 ])) asVector printLine.
items reverse printLine.
(items copyFrom: 1 UpTo: 3) printLine.
(items, (10 & 11) asVector) printLine.

"A copy is another vector; a clone of an object shares what its slots hold."
_AddSlots: (| other = items copy |).
other at: 0 Put: 50.
(items first & other first & other last) asVector printLine.
((items = items copy) & (items == items copy) & (items = other)) asVector printLine.
((1 & (2 & 3) asVector) asVector = (1 & (2 & 3) asVector) asVector) printLine.

_AddSlots: (| stack = vector copy |).
stack add: 1. stack add: 2. stack add: 3.
stack removeLast printLine.
stack printLine.
(stack at: 9 IfAbsent: [ 'absent' ]) printLine.
([ stack at: 9 ] onError: [| :e | e kind ]) printLine.
(vector copySize: 3 FillingWith: 'x') printLine.
stack isEmpty printLine. vector isEmpty printLine.

items do: [| :each. :i | (each = i) ifTrue: [ ('found ', i) printLine ] ].
items reverseDo: [| :each | each print. ' ' print ].
'' printLine.
items with: other Do: [| :a. :b | (a + b) print. ' ' print ].
'' printLine.

"A sieve."
_AddSlots: (| sieve = (|
  parent* = traits clonable.
  upTo: n = (| marks. found |
    marks: vector copySize: n FillingWith: true.
    found: vector copy.
    2 upTo: n Do: [| :i |
      (marks at: i) ifTrue: [
        found add: i.
        i * i to: n - 1 By: i Do: [| :k | marks at: k Put: false ]
      ]
    ].
    found
  ).
|) |).
(sieve upTo: 50) printLine.
(sieve upTo: 2000) size printLine.
