"Errors: raised by `error:` and `signal`, by the machine, and caught by `onError:`."

_AddSlots: (|
  tooSmall = (| parent* = traits error. kind = 'tooSmall'. value <- 0.
    message = ( 'too small by ', value printString ) |).
  checker = (|
    parent* = traits clonable.
    check: n = ( n < 10 ifTrue: [ (tooSmall copy value: 10 - n) signal ]. n ).
    sum: items = ( items inject: 0 Into: [| :sum. :each | sum + (check: each) ] ).
    "Only errors of its kind are its business; the others go on."
    only: name Do: block = ( block onError: [| :e |
      e kind = name ifTrue: [ 'handled ', e message ] False: [ e signal ]
    ] ).
    retry: times Do: block = (
      [ times = 0 ifTrue: [ ^ 'gave up' ]. ^ block value: times ] onError: [| :e |
        ('failed: ', e message) printLine.
        retry: times - 1 Do: block
      ]
    ).
  |)
|).

([ checker sum: (10 & 20) asVector ] onError: [| :e | e printString ]) printLine.
([ checker sum: (10 & 7 & 8) asVector ] onError: [| :e | e printString ]) printLine.
([ error: 'by hand' ] onError: [| :e | e printString ]) printLine.

"The machine's own."
([ 1 / 0 ] onError: [| :e | e kind ]) printLine.
([ 1 + 'a' ] onError: [| :e | e kind ]) printLine.
([ vector copy at: 3 ] onError: [| :e | e kind ]) printLine.
([ 3 foo: 4 Bar: 5 ] onError: [| :e | e message ]) printLine.
([ [| :x | x ] value ] onError: [| :e | e message ]) printLine.
_AddSlots: (| endless = (| parent* = traits clonable. dive = ( 1 + dive ) |) |).
([ endless dive ] onError: [| :e | e kind ]) printLine.

"Handlers in handlers."
([ [ error: 'inner' ] onError: [| :e | error: 'outer after ', e message ] ]
  onError: [| :e | e message ]) printLine.
([ checker only: 'tooSmall' Do: [ checker check: 4 ] ] onError: [| :e | 'not here' ]) printLine.
([ checker only: 'tooSmall' Do: [ error: 'other' ] ] onError: [| :e | 'passed on: ', e message ]) printLine.
(checker retry: 3 Do: [| :n | n = 1 ifTrue: [ 'third time' ] False: [ error: n printString ] ]) printLine.
(checker retry: 2 Do: [| :n | error: 'never' ]) printLine.

"A value without an error is passed on, and anything may be raised."
([ 'fine' ] onError: [| :e | 'not here' ]) printLine.
([ 42 signal ] onError: [| :e | e value ]) printLine.
