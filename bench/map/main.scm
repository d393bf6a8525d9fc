;;; Maps: 100,000 text keys put into a hash table and looked up ten times each,
;;; five times over.

(define keys
  (map (lambda (i) (string-append "key" (number->string i)))
       (iota 100000)))

(define (put-all keys table)
  (let next ((keys keys) (value 0))
    (unless (null? keys)
      (hash-set! table (car keys) value)
      (next (cdr keys) (+ value 1)))))

(define (sum-all keys table sum)
  (if (null? keys)
      sum
      (sum-all (cdr keys) table (+ sum (hash-ref table (car keys))))))

(define (pass sum)
  (let ((table (make-hash-table)))
    (put-all keys table)
    (let look-up ((n 10) (sum sum))
      (if (= n 0)
          sum
          (look-up (- n 1) (sum-all keys table sum))))))

(let times ((n 5) (sum 0))
  (if (= n 0)
      (begin (display sum) (newline))
      (times (- n 1) (pass sum))))
