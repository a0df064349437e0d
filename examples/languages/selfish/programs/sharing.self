"Where an assignment goes: to the object that has the slot, which may be a parent that others share.
 A slot of its own hides the parent's."

_AddSlots: (|
  ward = (|
    parent* = traits clonable.
    patients <- 0.
    admit = ( patients: patients + 1 ).
    motto = 'rest'.
  |)
|).

_AddSlots: (|
  bedA = (| parent* = ward. name = 'A' |).
  bedB = (| parent* = ward. name = 'B' |).
  annex = (| parent* = ward. name = 'annex'. patients <- 100 |).
|).

bedA admit.
bedB admit. bedB admit.
annex admit.
(bedA & bedB & annex & ward) asVector do: [| :each | each patients printLine ].

"A clone copies its own slots, and goes on sharing the rest."
_AddSlots: (| annex2 = annex clone. bedC = bedA clone |).
annex2 admit. annex2 admit.
bedC admit.
(annex & annex2 & bedC & ward) asVector do: [| :each | each patients printLine ].
bedC name printLine.

"A slot that is given later hides what was shared until then."
bedB addSlots: (| patients <- 7. motto = 'move' |).
bedB admit.
(bedA & bedB & ward) asVector do: [| :each | each patients printLine ].
bedA motto printLine. bedB motto printLine.

"An assignment is a message too: a method may stand in its place."
_AddSlots: (|
  guarded = (|
    parent* = ward.
    patients: n = ( n > 4 ifTrue: [ 'full' printLine ] False: [ resend.patients: n ] ).
  |)
|).
guarded admit. guarded patients: 9. guarded admit.
ward patients printLine.
