;;; Allocation: binary trees of depth up to 16, built, counted and dropped.
;;; A tree is a pair of trees; the empty list is none.
(import (chezscheme))

(define (tree depth)
  (if (= depth 0)
      (cons '() '())
      (cons (tree (- depth 1)) (tree (- depth 1)))))

(define (nodes node)
  (if (null? node)
      0
      (+ 1 (nodes (car node)) (nodes (cdr node)))))

(define (repeat count depth)
  (let next ((i 0) (sum 0))
    (if (= i count)
        sum
        (next (+ i 1) (+ sum (nodes (tree depth)))))))

(define (depths depth count sum)
  (if (> depth 16)
      sum
      (depths (+ depth 2) (quotient count 4)
              (+ sum (repeat count depth)))))

(let ((kept (tree 16)))
  (display (+ (nodes (tree 17)) (depths 4 65536 0) (nodes kept)))
  (newline))
