;;; Options: 5 million numbers, each wrapped, tested and unwrapped again.
;;; An option is a list, tagged as in 0x0: (5 some value) or (5 none).
(import (chezscheme))

(define (some value)
  (list 5 'some value))

(define (some? option)
  (and (eqv? (car option) 5) (eq? (cadr option) 'some)))

(define (value option)
  (if (eq? (cadr option) 'none)
      (error 'value "the option holds no value")
      (caddr option)))

(let sum ((n 5000000) (total 0))
  (if (= n 0)
      (begin (display total) (newline))
      (let ((option (some n)))
        (sum (- n 1)
             (if (some? option)
                 (+ total (value option))
                 total)))))
