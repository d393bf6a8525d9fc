;;; The start and end of a program that does nothing.
(import (chezscheme))
