; Functions that remember: counters, accounts, mutual recursion of inner definitions.

(import (scheme base) (scheme write) (scheme char) (scheme inexact) (only (srfi 1) fold filter reduce iota delete last))

(define (show . things)
  (for-each display things)
  (newline))

(define (make-counter)
  (let ((count 0))
    (lambda () (set! count (+ count 1)) count)))
(define a (make-counter))
(define b (make-counter))
(a) (a)
(show "counters " (a) " " (b))

(define (make-account balance)
  (define (withdraw amount)
    (if (> amount balance)
        "not enough"
        (begin (set! balance (- balance amount)) balance)))
  (define (deposit amount) (set! balance (+ balance amount)) balance)
  (lambda (what . arguments)
    (case what
      ((withdraw) (apply withdraw arguments))
      ((deposit) (apply deposit arguments))
      ((balance) balance)
      (else "unknown"))))
(define account (make-account 100))
(show (account 'withdraw 30) " " (account 'deposit 5) " " (account 'withdraw 500) " "
      (account 'close) " " (account 'balance))

(define (parity n)
  (define (even n) (if (= n 0) 'even (odd (- n 1))))
  (define (odd n) (if (= n 0) 'odd (even (- n 1))))
  (even n))
(show (parity 10) " " (parity 7))

(define (compose . fs)
  (if (null? fs) (lambda (x) x)
      (lambda (x) ((car fs) ((apply compose (cdr fs)) x)))))
(show ((compose (lambda (x) (* x 2)) (lambda (x) (+ x 1)) abs) -5))

(define (curry f . first) (lambda rest (apply f (append first rest))))
(show (map (curry + 10 20) '(1 2 3)))

(define church-two (lambda (f) (lambda (x) (f (f x)))))
(show (((church-two church-two) (lambda (n) (* n 3))) 1))

; An argument that is assigned, here and in an inner function.
(define (countdown n)
  (define (step) (set! n (- n 1)))
  (let loop ((seen '()))
    (if (= n 0) (reverse seen)
        (let ((now n)) (step) (loop (cons now seen))))))
(show (countdown 5))

(define x 'global)
(define (read-x) x)
(let ((x 'local)) (show x " " (read-x)))
(set! x 'changed)
(show (read-x))
(define total 0)
(for-each (lambda (n) (set! total (+ total n))) '(1 2 3 4))
(show total)
(letrec ((fib (lambda (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))))
         (fibs (lambda (n) (map fib (iota n)))))
  (show (fibs 12)))
(let* ((x 1) (y (+ x 1)) (x (* y 10))) (show x " " y))
