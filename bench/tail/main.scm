;;; Tail recursion: a sum of 50 million numbers, by calls that need no stack.

(define (sum n total)
  (if (= n 0)
      total
      (sum (- n 1) (+ total n))))

(display (sum 50000000 0))
(newline)
