;;; The plainest loop of the language: counts to 50 million.
(import (chezscheme))

(let count ((i 0))
  (if (< i 50000000)
      (count (+ i 1))
      (begin (display i) (newline))))
