"What an object does not understand goes to its `undefinedSelector:Arguments:`, with the message's
 name and arguments. Without one it is an error."

_AddSlots: (|
  "Passes everything on, and says so."
  tracer = (|
    parent* = traits clonable.
    target <- nil.
    on: object = ( clone target: object ).
    undefinedSelector: name Arguments: arguments = ( | result |
      result: target perform: name With: arguments.
      (name, ' ', arguments printString, ' -> ', result printString) printLine.
      result
    ).
  |).
  "A record whose fields come into being when they are set."
  record = (|
    parent* = traits clonable.
    fields <- nil.
    new = ( clone fields: dictionary copy ).
    undefinedSelector: name Arguments: arguments = (
      arguments isEmpty ifTrue: [ ^ fields at: name IfAbsent: [ 'no ', name ] ].
      fields at: (name copyFrom: 0 UpTo: name size - 1) Put: arguments first.
      self
    ).
  |).
  point = (|
    parent* = traits clonable.
    x <- 3. y <- 4.
    + other = ( x + other ).
    scaled: f By: g = ( (x * f) + (y * g) ).
  |).
|).

_AddSlots: (| traced = tracer on: point |).
traced x printLine.
(traced + 10) printLine.
(traced scaled: 2 By: 3) printLine.
traced x: 30.
point x printLine.

_AddSlots: (| ann = record new |).
((ann name: 'Ann') age: 30) city: 'Rome'.
ann name printLine.
(ann age + 1) printLine.
ann phone printLine.

"A handler is inherited as everything is."
_AddSlots: (| bob = (| parent* = ann. nick = 'Bobby' |) |).
bob nick printLine.
bob name printLine.

"Messages by names that are computed, and how nobody answers."
(3 perform: '+' With: ((vector copy) add: 4)) printLine.
(point perform: 'x') printLine.
(('Upper' & 'Lower') asVector collect: [| :each | 'Text' perform: ('as', each, 'case') ]) printLine.
([ point z ] onError: [| :e | e kind, ': ', e message ]) printLine.
([ point at: 1 Put: 2 ] onError: [| :e | e message ]) printLine.
([ nil foo ] onError: [| :e | e message ]) printLine.

