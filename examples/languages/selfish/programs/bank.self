"Delegation: an account inherits what it does not do itself, and resends what it does besides."

traits _AddSlots: (|
  account = (|
    parent* = traits clonable.
    deposit: amount = (
      amount <= 0 ifTrue: [ error: 'deposits are positive' ].
      balance: balance + amount
    ).
    withdraw: amount = (
      amount > available ifTrue: [ error: 'not enough: ', available printString ].
      balance: balance - amount
    ).
    available = ( balance ).
    report = ( owner, ' has ', balance printString ).
  |)
|).

traits _AddSlots: (|
  savings = (|
    parent* = traits account.
    addInterest = ( deposit: (balance * rate) / 100 ).
    report = ( resend.report, ' at ', rate printString, '%' ).
  |).
  checking = (|
    parent* = traits account.
    available = ( resend.available + limit ).
    withdraw: amount = (
      'withdrawing ' print. amount printLine.
      resend.withdraw: amount
    ).
  |).
|).

traits _AddSlots: (|
  "Two steps up: each resend begins above where its method was found."
  student = (|
    parent* = traits checking.
    available = ( parent.available + 5 ).
    report = ( '[student] ', resend.report ).
  |)
|).

_AddSlots: (|
  ann = (| parent* = traits savings. owner = 'Ann'. balance <- 200. rate <- 5 |).
  bob = (| parent* = traits checking. owner = 'Bob'. balance <- 10. limit <- 50 |).
  eve = (| parent* = traits student. owner = 'Eve'. balance <- 0. limit <- 20 |).
|).

ann deposit: 50.
ann addInterest.
ann report printLine.
bob withdraw: 60.
bob report printLine.
[ bob withdraw: 1 ] onError: [| :e | e message printLine ].
[ ann deposit: -3 ] onError: [| :e | e message printLine ].
eve available printLine.
eve withdraw: 25.
eve report printLine.
[ eve withdraw: 1 ] onError: [| :e | e message printLine ].
eve report printLine.
