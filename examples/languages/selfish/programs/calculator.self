"A calculator: a scanner, a parser of recursive descent, trees that know their value, and errors
 that leave all of it."

_AddSlots: (|
  leaf = (| parent* = traits clonable. number <- 0.
    evaluate = ( number ).
    asString = ( number printString ).
  |).
  operation = (| parent* = traits clonable. operator <- '+'. left <- nil. right <- nil.
    operator: text Left: a Right: b = ( ((clone operator: text) left: a) right: b ).
    "The operator's name is the message."
    evaluate = ( left evaluate perform: operator With: ((vector copy) add: right evaluate) ).
    asString = ( '(', left, ' ', operator, ' ', right, ')' ).
  |).
  parser = (|
    parent* = traits clonable.
    text <- ''.
    at <- 0.
    on: string = ( (clone text: string) at: 0 ).
    here = ( at < text size ifTrue: [ text at: at ] False: [ '' ] ).
    skip = ( [ here = ' ' ] whileTrue: [ at: at + 1 ] ).
    "Takes a letter if it is next, and runs the block."
    accept: letters Do: block = (| found |
      skip.
      (here size > 0 and: [ letters includes: here ]) ifFalse: [ ^ nil ].
      found: here.
      at: at + 1.
      block value: found
    ).
    fail: what = ( error: what, ' expected at ', at printString ).
    number = (| digits <- '' |
      skip.
      [ here size > 0 and: [ '0123456789' includes: here ] ] whileTrue: [
        digits: digits, here.
        at: at + 1
      ].
      digits isEmpty ifTrue: [ fail: 'a number' ].
      leaf copy number: digits asInteger
    ).
    factor = (
      accept: '(' Do: [| inner |
        inner: sum.
        accept: ')' Do: [ ^ inner ].
        fail: ')'
      ].
      accept: '-' Do: [ ^ operation operator: '-' Left: leaf copy Right: factor ].
      number
    ).
    "Operands of one precedence, from left to right."
    chain: operators Of: operand = (| tree |
      tree: operand value.
      [| :exit |
        (accept: operators Do: [| :found |
          tree: operation operator: found Left: tree Right: operand value
        ]) isNil ifTrue: [ exit value ]
      ] loopExit.
      tree
    ).
    product = ( chain: '*/%' Of: [ factor ] ).
    sum = ( chain: '+-' Of: [ product ] ).
    whole = (| tree |
      tree: sum.
      skip.
      here isEmpty ifFalse: [ fail: 'an operator' ].
      tree
    ).
  |)
|).

('1 + 2 * 3' & '(1 + 2) * 3' & '10 - 3 - 2' & '2 * (3 + 4) * 5' & '100 / 7 % 4' & '-(2 + 3) * -4'
  & '12345678901234567890 * 98765432109876543210' & '1 + ' & '(1 + 2' & '1 2' & '7 / (3 - 3)') asVector
do: [| :text |
  [| tree |
    tree: (parser on: text) whole.
    (tree asString, ' = ', tree evaluate) printLine
  ] onError: [| :e | (text, ': ', (e kind = 'error' ifTrue: [ e message ] False: [ e kind ])) printLine ]
].
