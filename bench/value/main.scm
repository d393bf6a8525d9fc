;;; A large value: 40,000 records of options, results, maps, texts and lists
;;; are built, each is validated, and all are printed as one line of source.
;;; Options, results and maps are tagged lists as in 0x0.
(use-modules (srfi srfi-1))

(define (make-item n)
  (list n
        (string-append "line " (number->string n) "\tof \"many\"\n")
        (if (= (remainder n 3) 0)
            (list 5 "none")
            (list 5 "some" (* n n)))
        (if (= (remainder n 4) 0)
            (list 6 "err" "fourth")
            (list 6 "ok" (list n (even? n))))
        (list 7 "map"
              (list (list "id" n)
                    (list "next" (list 5 "some" (+ n 1)))))))

(define (tagged? value tag)
  (and (pair? value)
       (eqv? (car value) tag)
       (pair? (cdr value))
       (string? (cadr value))))

(define (option? value)
  (and (tagged? value 5)
       (case (length value)
         ((2) (string=? (cadr value) "none"))
         ((3) (string=? (cadr value) "some"))
         (else #f))))

(define (result? value)
  (and (tagged? value 6)
       (= (length value) 3)
       (or (string=? (cadr value) "ok") (string=? (cadr value) "err"))))

(define (key? value)
  (or (string? value) (number? value) (boolean? value)))

(define (entries? entries)
  (or (null? entries)
      (let ((entry (car entries)))
        (and (pair? entry)
             (= (length entry) 2)
             (key? (car entry))
             (not (assoc (car entry) (cdr entries)))
             (entries? (cdr entries))))))

(define (map? value)
  (and (tagged? value 7)
       (string=? (cadr value) "map")
       (= (length value) 3)
       (list? (caddr value))
       (entries? (caddr value))))

(define (item? value)
  (and (= (length value) 5)
       (number? (car value))
       (string? (cadr value))
       (option? (list-ref value 2))
       (result? (list-ref value 3))
       (map? (list-ref value 4))))

(define (put-text text port)
  (write-char #\" port)
  (string-for-each
   (lambda (c)
     (case c
       ((#\" #\\) (write-char #\\ port) (write-char c port))
       ((#\newline) (display "\\n" port))
       ((#\tab) (display "\\t" port))
       ((#\return) (display "\\r" port))
       (else (write-char c port))))
   text)
  (write-char #\" port))

(define (put value port)
  (cond
    ((or (pair? value) (null? value))
     (display "(list" port)
     (for-each
      (lambda (item)
        (write-char #\space port)
        (put item port))
      value)
     (write-char #\) port))
    ((string? value) (put-text value port))
    ((boolean? value) (display (if value "true" "false") port))
    (else (display value port))))

(let ((value (map (lambda (i) (make-item (+ i 1))) (iota 40000))))
  (unless (every item? value)
    (error 'main "a record is not valid"))
  (put value (current-output-port))
  (newline))
