;;; A tree of tagged values, as a compiler has it: an expression of 65,536
;;; leaves is built, simplified into a new tree, counted and evaluated, eight
;;; times.
(import (chezscheme))

(define (expression depth n)
  (if (= depth 0)
      (if (= (remainder n 3) 0)
          (list 'variable)
          (list 'number (remainder n 4)))
      (list (if (even? n) 'add 'multiply)
            (expression (- depth 1) (* n 2))
            (expression (- depth 1) (+ (* n 2) 1)))))

(define (is-number? node value)
  (record-case node
    [number (x) (= x value)]
    [else #f]))

(define (add a b)
  (cond
    [(is-number? a 0) b]
    [(is-number? b 0) a]
    [else (list 'add a b)]))

(define (multiply a b)
  (cond
    [(or (is-number? a 0) (is-number? b 1)) a]
    [(or (is-number? b 0) (is-number? a 1)) b]
    [else (list 'multiply a b)]))

(define (simplify node)
  (record-case node
    [add (a b) (add (simplify a) (simplify b))]
    [multiply (a b) (multiply (simplify a) (simplify b))]
    [else node]))

(define (count-nodes node)
  (record-case node
    [(add multiply) (a b) (+ 1 (count-nodes a) (count-nodes b))]
    [else 1]))

(define (evaluate node x)
  (record-case node
    [number (n) n]
    [variable () x]
    [add (a b) (remainder (+ (evaluate a x) (evaluate b x)) 10007)]
    [multiply (a b) (remainder (* (evaluate a x) (evaluate b x)) 10007)]))

(let times ([n 8] [sum 0])
  (if (= n 0)
      (begin (display sum) (newline))
      (let ([node (simplify (expression 16 n))])
        (times (- n 1)
               (+ sum (* (count-nodes node) 10007) (evaluate node n))))))
