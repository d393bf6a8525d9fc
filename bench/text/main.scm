;;; Text: a megabyte of words, some of them not ASCII, split at spaces, joined
;;; with commas, its code points counted, 25 times.

(define text
  (string-join
   (make-list 30000 "everything na\xefve returns nothing ")
   ""))

(define (pass text)
  (let ((words (string-split text #\space)))
    (+ (length words) (string-length (string-join words ", ")))))

(let times ((n 25) (sum 0))
  (if (= n 0)
      (begin (display sum) (newline))
      (times (- n 1) (+ sum (pass text)))))
