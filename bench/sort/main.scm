;;; Merge sort: a million numbers from a simple generator, sorted in the
;;; language itself. Runs are built in descending and ascending order by
;;; turns, for merging two runs of one order gives one of the other.

(define (numbers count seed)
  (let next ((count count) (seed seed) (xs '()))
    (if (= count 0)
        xs
        (let ((seed (remainder (* seed 16807) 2147483647)))
          (next (- count 1) seed (cons seed xs))))))

;; The items of xs in front of out, turned round.
(define (onto xs out)
  (if (null? xs)
      out
      (onto (cdr xs) (cons (car xs) out))))

;; Two ascending runs as a descending one.
(define (merge-up xs ys out)
  (cond
    ((null? xs) (onto ys out))
    ((null? ys) (onto xs out))
    ((< (car ys) (car xs)) (merge-up xs (cdr ys) (cons (car ys) out)))
    (else (merge-up (cdr xs) ys (cons (car xs) out)))))

;; Two descending runs as an ascending one.
(define (merge-down xs ys out)
  (cond
    ((null? xs) (onto ys out))
    ((null? ys) (onto xs out))
    ((< (car ys) (car xs)) (merge-down (cdr xs) ys (cons (car xs) out)))
    (else (merge-down xs (cdr ys) (cons (car ys) out)))))

;; The first count items of xs in order.
(define (sort-run xs count ascending)
  (if (= count 1)
      (list (car xs))
      (let* ((half (quotient count 2))
             (left (sort-run xs half (not ascending)))
             (right (sort-run (list-tail xs half) (- count half)
                              (not ascending))))
        (if ascending
            (merge-down left right '())
            (merge-up left right '())))))

;; A sum that depends on the order.
(define (checksum xs)
  (let next ((xs xs) (index 1) (sum 0))
    (if (null? xs)
        sum
        (next (cdr xs) (+ index 1)
              (remainder (+ sum (* (car xs) index)) 1000003)))))

(display (checksum (sort-run (numbers 1000000 42) 1000000 #t)))
(newline)
