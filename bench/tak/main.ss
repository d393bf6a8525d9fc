;;; Calls with three arguments: Takeuchi's function of 18 12 6, 300 times.
(import (chezscheme))

(define (tak x y z)
  (if (< y x)
      (tak (tak (- x 1) y z) (tak (- y 1) z x) (tak (- z 1) x y))
      z))

(let times ((n 300) (sum 0))
  (if (= n 0)
      (begin (display sum) (newline))
      (times (- n 1) (+ sum (tak 18 12 6)))))
