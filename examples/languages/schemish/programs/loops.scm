; Named let as loops and as functions, do, and what closures in loops remember.

(import (scheme base) (scheme write) (scheme char) (scheme inexact) (only (srfi 1) fold filter reduce iota delete last))

(define (show . things)
  (for-each display things)
  (newline))

(let loop ((i 0))
  (when (< i 3) (display i) (display " ") (loop (+ i 1))))
(newline)
; Values are computed before any variable changes.
(let swap ((a 1) (b 2) (n 0))
  (if (< n 3) (swap b a (+ n 1)) (show a " " b)))
(let fibonacci ((a 0) (b 1) (n 10))
  (if (= n 0) (show a) (fibonacci b (+ a b) (- n 1))))
; A loop in a loop; the inner one ends by going on with the outer one.
(let outer ((i 1) (seen '()))
  (if (> i 4) (show (reverse seen))
      (let inner ((j 1) (seen seen))
        (if (> j i) (outer (+ i 1) seen)
            (inner (+ j 1) (cons (* i j) seen))))))
; A name that is called where something is left to do is a function.
(show (let sum ((items '(1 2 3 4))) (if (null? items) 0 (+ (car items) (sum (cdr items))))))
(show (let walk ((tree '((1 2) (3 (4 5)) 6)))
        (cond ((null? tree) '())
              ((pair? tree) (append (walk (car tree)) (walk (cdr tree))))
              (else (list tree)))))
; A name that is used as a value is one, too.
(show (let each ((x 3)) (if (pair? x) (map each x) (if (= x 3) (each '(4 5)) (* x x)))))
; Each turn has variables of its own.
(define saved '())
(do ((i 0 (+ i 1))) ((= i 3)) (set! saved (cons (lambda () (set! i (+ i 10)) i) saved)))
(show (map (lambda (f) (f) (f)) saved))
(define (make-list-of n)
  (let loop ((i 0) (made '()))
    (if (= i n) (map (lambda (f) (f)) made)
        (loop (+ i 1) (cons (lambda () i) made)))))
(show (make-list-of 4))
(show (do ((i 0 (+ i 1)) (items '() (cons i items)) (step 2)) ((= i 5) (list step items))))
(define v (make-vector 5 0))
(do ((i 0 (+ i 1))) ((= i 5)) (vector-set! v i (* i i)))
(show v)
(define (collatz n)
  (do ((n n (if (even? n) (quotient n 2) (+ (* 3 n) 1))) (steps 0 (+ steps 1)))
      ((= n 1) steps)))
(show (map collatz '(1 7 27 97)))
; A loop whose value is used further.
(show (+ 1 (let loop ((i 0)) (if (< i 10) (loop (+ i 1)) i))
         (let loop ((i 5)) (cond ((> i 0) (loop (- i 1))) (else i)))))
(define (find-first wanted? items)
  (let loop ((items items) (at 0))
    (and (pair? items) (or (and (wanted? (car items)) at) (loop (cdr items) (+ at 1))))))
(show (find-first even? '(1 3 4 5)) " " (find-first even? '(1 3)))
