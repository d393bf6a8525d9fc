;;; Calls: the 30th Fibonacci number, ten times, by double recursion.
(import (chezscheme))

(define (fib n)
  (if (< n 2)
      n
      (+ (fib (- n 1)) (fib (- n 2)))))

(let times ((n 10) (sum 0))
  (if (= n 0)
      (begin (display sum) (newline))
      (times (- n 1) (+ sum (fib 30)))))
