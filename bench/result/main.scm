;;; Results: a thousand inputs, v0.1 and v1, successes and failures mixed, each
;;; sent through a chain of four steps, 1,000 times over. One step returns v0.1.
;;; A result is (6 ok value); in v0.1 it is (ok value).

(define (ok value)
  (list 6 'ok value))

(define (err why)
  (list 6 'err why))

;; The v1 form of a result of either version.
(define (v1 result)
  (case (car result)
    ((6) result)
    ((ok HostOk) (ok (cadr result)))
    ((err) (err (cadr result)))
    (else (error 'v1 "no result" result))))

(define (result-then f result)
  (let ((result (v1 result)))
    (if (eq? (cadr result) 'ok)
        (f (caddr result))
        result)))

(define (result-map f result)
  (result-then (lambda (value) (ok (f value))) result))

(define (result-or result default)
  (let ((result (v1 result)))
    (if (eq? (cadr result) 'ok)
        (caddr result)
        default)))

(define (input n)
  (case (remainder n 5)
    ((0) (list 'ok n))
    ((1) (ok n))
    ((2) (list 'HostOk n))
    ((3) (list 6 'ok n))
    (else (if (even? n)
              (list 'err "refused")
              (err "refused")))))

(define (halve n)
  (if (even? n)
      (ok (quotient n 2))
      (ok (+ (* n 3) 1))))

(define (limit n)
  (if (< n 2500)
      (list 'ok n)
      (list 'err "too large")))

(define (refuse-sevens n)
  (if (= (remainder n 7) 0)
      (err "seven")
      (ok (+ n 1))))

(define (chain result)
  (result-or
   (result-then
    refuse-sevens
    (result-map (lambda (n) (+ n 2))
                (result-then limit (result-then halve result))))
   1))

(define (pass inputs sum)
  (if (null? inputs)
      sum
      (pass (cdr inputs) (+ sum (chain (car inputs))))))

(let ((inputs (map input (iota 1000))))
  (let times ((n 1000) (sum 0))
    (if (= n 0)
        (begin (display sum) (newline))
        (times (- n 1) (pass inputs sum)))))
