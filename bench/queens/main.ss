;;; Small lists and branches: all ways to put 8 queens on a board, 200 times.
;;; The columns of the queens are in a list, the newest first.
(import (chezscheme))

(define (safe? queen distance placed)
  (or (null? placed)
      (let ((other (car placed)))
        (and (not (= other queen))
             (not (= other (+ queen distance)))
             (not (= other (- queen distance)))
             (safe? queen (+ distance 1) (cdr placed))))))

(define (place size rows placed)
  (if (= rows 0)
      1
      (let columns ((column 0) (count 0))
        (if (= column size)
            count
            (columns (+ column 1)
                     (if (safe? column 1 placed)
                         (+ count
                            (place size (- rows 1) (cons column placed)))
                         count))))))

(let times ((n 200) (sum 0))
  (if (= n 0)
      (begin (display sum) (newline))
      (times (- n 1) (+ sum (place 8 8 '())))))
