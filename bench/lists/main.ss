;;; Sequences: a million numbers built, reversed, mapped, filtered and summed
;;; by functions that take functions, five times.
(import (chezscheme))

(define (pass size)
  (fold-left (lambda (sum x) (+ sum x)) 0
             (filter (lambda (x) (not (= (remainder x 3) 0)))
                     (map (lambda (x) (+ (* x 2) 1))
                          (reverse (iota size))))))

(let times ((n 5) (sum 0))
  (if (= n 0)
      (begin (display sum) (newline))
      (times (- n 1) (+ sum (pass 1000000)))))
