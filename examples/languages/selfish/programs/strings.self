"Strings never change; operations make new ones."

_AddSlots: (| text = 'The quick brown fox jumps over the lazy dog' |).

text size printLine.
text asUppercase printLine.
(text at: 4) printLine.
(text copyFrom: 4 UpTo: 9) printLine.
(text indexOf: 'fox') printLine.
(text indexOf: 'cat') printLine.
(text includes: 'lazy') printLine.
((text startsWith: 'The') and: [ text endsWith: 'dog' ]) printLine.
(text splitOn: ' ') printLine.
(((text splitOn: ' ') collect: [| :word | word reverse ]) joinWith: ' ') printLine.
(text replace: 'quick' With: 'slow') printLine.
('ab' repeat: 3) printLine.
(('7' padLeft: 3), '|', ('7' padRight: 3), '|') printLine.
'  trimmed  ' trim printLine.
('12' asInteger + 30) printLine.
('2.5' asFloat * 2) printLine.
'twelve' asInteger printLine.
'it\'s\ta "tab"\\' printLine.
'quoted' printString printLine.
('apple' < 'banana') printLine.
('abc' = ('a', 'bc')) printLine.
('x = ', 3, ', y = ', 2.5, ', ', nil, ' and ', true) printLine.

traits string _AddSlots: (|
  isPalindrome = (| letters |
    letters: (asLowercase asVector select: [| :each | 'abcdefghijklmnopqrstuvwxyz' includes: each ]) joinWith: ''.
    letters = letters reverse
  ).
  "Each letter moved on in the alphabet."
  rotated: n = (| out <- '' |
    do: [| :each. code |
      code: each codeAt: 0.
      (code between: 97 And: 122)
        ifTrue: [ out: out, ('abcdefghijklmnopqrstuvwxyz' at: ((code - 97) + n) mod: 26) ]
        False: [ out: out, each ]
    ].
    out
  ).
|).
'A man, a plan, a canal: Panama' isPalindrome printLine.
'A dog' isPalindrome printLine.
('hello, world' rotated: 13) printLine.
(('hello, world' rotated: 3) rotated: -3) printLine.
'größer' asUppercase printLine.
'größer' reverse printLine.
