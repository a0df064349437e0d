"Control flow is messages: to booleans and blocks, and to whatever else understands them."

_AddSlots: (|
  "Neither true nor false: it runs both blocks."
  both = (|
    parent* = traits clonable.
    ifTrue: a = ( a value ).
    ifFalse: b = ( b value ).
    ifTrue: a False: b = ( a value printString, b value printString ).
    and: b = ( b value ).
    not = ( self ).
    < other = ( self ).
  |).
  "Something that counts otherwise."
  letter = (|
    parent* = traits clonable.
    code <- 0.
    to: end Do: block = ( code upTo: end code Do: [| :i | block value: (letter copy code: i) ] ).
    < other = ( code < other code ).
    + n = ( letter copy code: code + n ).
    asString = ( 'abcdefghijklmnopqrstuvwxyz' at: code ).
  |).
  test = (|
    parent* = traits clonable.
    classify: n = (
      n < 0 ifTrue: [ ^ 'negative' ].
      n = 0 ifTrue: [ 'zero' ] False: [ n < 10 ifTrue: [ 'small' ] False: [ 'large' ] ]
    ).
    "The variable changes in a block that may be opened up, and in one that is handed over."
    count: condition = (| n <- 0 |
      condition ifTrue: [ n: n + 1 ] False: [ n: n + 10 ].
      n
    ).
    pick: condition = ( condition ifTrue: [ 'yes' ] ).
    fizz: n = (
      (n % 15) = 0 ifTrue: [ ^ 'FizzBuzz' ].
      (n % 3) = 0 ifTrue: [ ^ 'Fizz' ].
      (n % 5) = 0 ifTrue: [ ^ 'Buzz' ].
      n printString
    ).
  |)
|).

(-5 & 0 & 5 & 50) asVector do: [| :n | (test classify: n) printLine ].
(test count: true) printLine.
(test count: false) printLine.
(test count: both) printLine.
(test pick: true) printLine.
(test pick: false) printLine.
(both ifTrue: [ 1 ] False: [ 2 ]) printLine.
(both < 3 ifTrue: [ 1 ] False: [ 2 ]) printLine.
(both and: [ 'and' ]) printLine.
1 to: 15 Do: [| :i | (test fizz: i) print. ' ' print ].
'' printLine.
(letter copy code: 1) to: (letter copy code: 5) Do: [| :each | each print ].
'' printLine.
((letter < (letter + 3)) and: [ (letter + 2) < letter ]) printLine.

"Blocks in variables, and blocks as receivers of loops."
_AddSlots: (| loops = (|
  parent* = traits clonable.
  collatz: start = (| n. steps <- 0. odd |
    n: start.
    odd: [ n odd ].
    [ n = 1 ] whileFalse: [
      odd value ifTrue: [ n: (n * 3) + 1 ] False: [ n: n / 2 ].
      steps: steps + 1
    ].
    steps
  ).
  indirect = (| n <- 3. test. body. seen |
    seen: vector copy.
    test: [ n > 0 ].
    body: [ seen add: n. n: n - 1 ].
    test whileTrue: body.
    seen
  ).
  table = (| text <- '' |
    1 to: 3 Do: [| :i | 3 downTo: 1 Do: [| :k | text: text, (i * k) printString, ' ' ] ].
    10 to: 1 By: -4 Do: [| :i | text: text, i printString, ',' ].
    3 do: [| :i | text: text, i printString ].
    2 timesRepeat: [ text: text, '!' ].
    text
  ).
|) |).

(loops collatz: 27) printLine.
loops indirect printLine.
loops table printLine.
(true ifTrue: 'values' False: 'do as well') printLine.
(((true and: [ false ]) or: [ true ]) & (false xor: true) & (true not)) asVector printLine.
([ 3 ifTrue: [ 1 ] ] onError: [| :e | e message ]) printLine.
