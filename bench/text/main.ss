;;; Text: a megabyte of words, some of them not ASCII, split at spaces, joined
;;; with commas, its code points counted, 25 times.
(import (chezscheme))

(define text
  (apply string-append
    (make-list 30000 "everything na\xef;ve returns nothing ")))

;; Chez has neither split nor join. From the end, so that the parts come in
;; order.
(define (split text separator)
  (let next ((i (- (string-length text) 1)) (end (string-length text))
             (parts '()))
    (cond
      ((< i 0) (cons (substring text 0 end) parts))
      ((char=? (string-ref text i) separator)
       (next (- i 1) i (cons (substring text (+ i 1) end) parts)))
      (else (next (- i 1) end parts)))))

(define (join parts separator)
  (if (null? parts)
      ""
      (let next ((rest (cdr parts)) (pieces (list (car parts))))
        (if (null? rest)
            (apply string-append (reverse pieces))
            (next (cdr rest)
                  (cons (car rest) (cons separator pieces)))))))

(define (pass text)
  (let ((words (split text #\space)))
    (+ (length words) (string-length (join words ", ")))))

(let times ((n 25) (sum 0))
  (if (= n 0)
      (begin (display sum) (newline))
      (times (- n 1) (+ sum (pass text)))))
