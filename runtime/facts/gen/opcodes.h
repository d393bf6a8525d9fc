/* opcodes.h - the instructions.
 * Generated from abi/ by `make generate`; do not edit. */
#ifndef ZERO_FACTS_GEN_OPCODES_H
#define ZERO_FACTS_GEN_OPCODES_H

/* X(NAME, a, b, c, next, doc) for each; all but the doc are
 * bare, as opcodes.tsv writes them, and made to be used with #. */
#define ZERO_OPCODES(X) \
  X(MOVE, w, r, -, -, \
    "R[A] = R[B].") \
  X(LOADK, w, K, -, -, \
    "R[A] = constant Bx.") \
  X(LOADI, w, I, -, -, \
    "R[A] = the signed number Bx.") \
  X(LOADW, w, W, -, -, \
    "R[A] = the immediate whose word is Bx: Unit, false, true or the empty " \
    "list.") \
  X(CAPTURE, w, u, -, -, \
    "R[A] = capture B of the running closure.") \
  X(CLOSURE, w, K, -, -, \
    "R[A] = a closure over the function of constant Bx; its captures are " \
    "taken now.") \
  X(JUMP, J, -, -, -, \
    "Jump sJ words forward.") \
  X(LOOP, J, -, -, -, \
    "Jump sJ words back: a self tail call, charged like a call.") \
  X(AGAIN, w, r, -, -, \
    "R[A] = R[B], then jump to the function's first instruction: a self " \
    "tail call, charged like a call.") \
  X(JFALSE, r, J, -, -, \
    "Jump by Bx if R[A] is Unit or false.") \
  X(JTRUE, r, J, -, -, \
    "Jump by Bx unless R[A] is Unit or false.") \
  X(EQ, r, r, b, jump, \
    "Take the jump that follows if (R[A] = R[B]) is C.") \
  X(EQK, r, k, b, jump, \
    "Take the jump that follows if (R[A] = constant B) is C.") \
  X(EQI, r, i, b, jump, \
    "Take the jump that follows if (R[A] = the signed number B) is C.") \
  X(LT, r, r, b, jump, \
    "Take the jump that follows if (R[A] < R[B]) is C.") \
  X(LE, r, r, b, jump, \
    "Take the jump that follows if (R[A] <= R[B]) is C.") \
  X(GT, r, r, b, jump, \
    "Take the jump that follows if (R[A] > R[B]) is C.") \
  X(GE, r, r, b, jump, \
    "Take the jump that follows if (R[A] >= R[B]) is C.") \
  X(LTI, r, i, b, jump, \
    "Take the jump that follows if (R[A] < the signed number B) is C.") \
  X(LEI, r, i, b, jump, \
    "Take the jump that follows if (R[A] <= the signed number B) is C.") \
  X(GTI, r, i, b, jump, \
    "Take the jump that follows if (R[A] > the signed number B) is C.") \
  X(GEI, r, i, b, jump, \
    "Take the jump that follows if (R[A] >= the signed number B) is C.") \
  X(EMPTY, r, -, b, jump, \
    "Take the jump that follows if (R[A] is the empty list) is C; R[A] " \
    "must be a list.") \
  X(ISEMPTY, r, -, b, jump, \
    "Take the jump that follows if (R[A] is the empty list) is C; R[A] may " \
    "be anything.") \
  X(ISPAIR, r, -, b, jump, \
    "Take the jump that follows if (R[A] is a list with a head) is C.") \
  X(UNCONS, w, w, r, jump, \
    "If R[C] is a list with a head, R[A] = its head and R[B] = its tail; " \
    "else take the jump that follows.") \
  X(ISLIST, r, -, b, jump, \
    "Take the jump that follows if (R[A] is a list, the empty one " \
    "included) is C.") \
  X(ISVARIANT, r, -, b, variant-jump, \
    "Take the jump that follows if (R[A] is packed and of the variant in " \
    "the next word) is C.") \
  X(ISLAYOUT, r, -, b, variant-jump, \
    "Like ISVARIANT, but a v0.1 shape of the variant counts too.") \
  X(ISEQ, w, r, r, -, \
    "R[A] = whether R[B] = R[C].") \
  X(ISNE, w, r, r, -, \
    "R[A] = whether R[B] != R[C].") \
  X(ISLT, w, r, r, -, \
    "R[A] = whether R[B] < R[C].") \
  X(ISLE, w, r, r, -, \
    "R[A] = whether R[B] <= R[C].") \
  X(ISGT, w, r, r, -, \
    "R[A] = whether R[B] > R[C].") \
  X(ISGE, w, r, r, -, \
    "R[A] = whether R[B] >= R[C].") \
  X(ADD, w, r, r, -, \
    "R[A] = R[B] + R[C].") \
  X(SUM, w, v, n, -, \
    "R[A] = the sum of the C registers from R[B] on, added from the left.") \
  X(SUMI, w, d, i, -, \
    "R[A] = the signed number C + R[B] + R[B+1], added from the left.") \
  X(SUB, w, r, r, -, \
    "R[A] = R[B] - R[C].") \
  X(MUL, w, r, r, -, \
    "R[A] = R[B] * R[C].") \
  X(DIV, w, r, r, -, \
    "R[A] = R[B] / R[C].") \
  X(MOD, w, r, r, -, \
    "R[A] = R[B] % R[C].") \
  X(ADDI, w, r, i, -, \
    "R[A] = R[B] + the signed number C.") \
  X(SUBI, w, r, i, -, \
    "R[A] = R[B] - the signed number C.") \
  X(MULI, w, r, i, -, \
    "R[A] = R[B] * the signed number C.") \
  X(DIVI, w, r, i, -, \
    "R[A] = R[B] / the signed number C.") \
  X(MODI, w, r, i, -, \
    "R[A] = R[B] % the signed number C.") \
  X(NOT, w, r, -, -, \
    "R[A] = true if R[B] is Unit or false, else false.") \
  X(CONS, w, r, r, -, \
    "R[A] = (cons R[B] R[C]), packed if it fits a family.") \
  X(HEAD, w, r, -, -, \
    "R[A] = (head R[B]).") \
  X(TAIL, w, r, -, -, \
    "R[A] = (tail R[B]).") \
  X(LIST, w, v, n, -, \
    "R[A] = the list of the C registers from R[B] on, packed if it fits a " \
    "family.") \
  X(PUSH, w, r, r, -, \
    "R[A] = a cell of R[B] and the chain R[C] that is still being built.") \
  X(FINISH, w, r, r, -, \
    "R[A] = the chain R[B], reversed, in front of the list R[C], packed if " \
    "it fits a family.") \
  X(RECORD, w, v, n, variant, \
    "R[A] = a record of the variant in the next word; its C fields, all of " \
    "type Any, are the registers from R[B] on.") \
  X(NEW, w, v, n, variant, \
    "R[A] = a record of the variant in the next word; its C fields are the " \
    "registers from R[B] on, and are checked.") \
  X(FIELD, w, r, x, -, \
    "R[A] = field C of R[B], which is known to be a record.") \
  X(GETFIELD, w, r, x, variant, \
    "R[A] = field C of R[B], which must be of the variant in the next " \
    "word, or a v0.1 shape of it.") \
  X(READ, w, r, -, variant, \
    "R[A] = R[B] as a v1 value of the family in the next word; a v0.1 " \
    "shape is converted, anything else fails with the family's code.") \
  X(BUILTIN, w, v, n, builtin, \
    "R[A] = the result of the builtin in the next word, called with the C " \
    "registers from R[B] on.") \
  X(CALL, f, K, -, -, \
    "Call the function of constant Bx; its arguments are in R[A] and " \
    "after, its result goes to R[A-3].") \
  X(CALLSELF, f, -, -, -, \
    "Call the running function, which has no captures; its arguments are " \
    "in R[A] and after, its result goes to R[A-3].") \
  X(CALLV, f, n, -, -, \
    "Call the value R[A-3] with the B arguments in R[A] and after; its " \
    "result goes to R[A-3].") \
  X(APPLY, f, r, -, -, \
    "Call the value R[A-3] with the items of the list R[B] as arguments; " \
    "its result goes to R[A-3].") \
  X(TAILCALL, f, K, -, -, \
    "Like CALL, in place of the running function.") \
  X(TAILCALLV, f, n, -, -, \
    "Like CALLV, in place of the running function.") \
  X(TAILAPPLY, f, r, -, -, \
    "Like APPLY, in place of the running function.") \
  X(RETURN, r, -, -, -, \
    "Return R[A] to the caller.") \
  X(CHARGE, -, -, -, -, \
    "Take one unit of fuel, for a call that was compiled in.") \
  X(TRY, w, J, -, -, \
    "Until ENDTRY, an error that can be caught puts (err error) into R[A] " \
    "and jumps by Bx.") \
  X(ENDTRY, w, -, -, -, \
    "R[A] = (ok R[A]); this TRY no longer catches errors.") \
  X(NOMATCH, r, -, -, -, \
    "Fail with NO_MATCH for R[A].") \
  X(HALT, -, -, -, -, \
    "The end of the outermost call; only the VM's own entry code contains " \
    "it.")

/* X(FIRST, THEN): two instructions in a row that run as one. */
#define ZERO_PAIRS(X) \
  X(MOVE, MOVE) \
  X(MOVE, LOADK) \
  X(MOVE, LOADI) \
  X(MOVE, JUMP) \
  X(MOVE, AGAIN) \
  X(MOVE, SUBI) \
  X(MOVE, DIVI) \
  X(MOVE, HEAD) \
  X(MOVE, LIST) \
  X(MOVE, GETFIELD) \
  X(MOVE, BUILTIN) \
  X(MOVE, CALL) \
  X(MOVE, CALLSELF) \
  X(MOVE, CHARGE) \
  X(LOADK, MOVE) \
  X(LOADK, LOADK) \
  X(LOADK, LT) \
  X(LOADK, BUILTIN) \
  X(LOADK, RETURN) \
  X(LOADK, CHARGE) \
  X(LOADI, MOVE) \
  X(LOADI, JUMP) \
  X(LOADI, LT) \
  X(LOADI, CALL) \
  X(LOADI, RETURN) \
  X(LOADI, CHARGE) \
  X(LOADW, LOADW) \
  X(LOADW, CONS) \
  X(LOADW, RETURN) \
  X(JFALSE, LOADK) \
  X(EQ, ADD) \
  X(EQ, SUB) \
  X(EQK, UNCONS) \
  X(EQI, MOVE) \
  X(EQI, LOADK) \
  X(EQI, LOADW) \
  X(EQI, PUSH) \
  X(EQI, RETURN) \
  X(LT, LOADK) \
  X(LT, ADDI) \
  X(LT, SUBI) \
  X(LT, TAIL) \
  X(LTI, MOVE) \
  X(LTI, RETURN) \
  X(EMPTY, LOADI) \
  X(EMPTY, HEAD) \
  X(ISEMPTY, MOVE) \
  X(ISEMPTY, RETURN) \
  X(UNCONS, EQK) \
  X(UNCONS, ISEMPTY) \
  X(UNCONS, UNCONS) \
  X(ISLAYOUT, READ) \
  X(ISLAYOUT, CHARGE) \
  X(ADD, MOVE) \
  X(ADD, JUMP) \
  X(ADD, LOOP) \
  X(ADD, AGAIN) \
  X(ADD, EQ) \
  X(ADD, ADD) \
  X(ADD, SUBI) \
  X(ADD, TAIL) \
  X(ADD, RETURN) \
  X(SUMI, SUMI) \
  X(SUMI, TAIL) \
  X(SUMI, RETURN) \
  X(SUB, EQ) \
  X(ADDI, LOOP) \
  X(ADDI, TAIL) \
  X(ADDI, PUSH) \
  X(ADDI, RETURN) \
  X(ADDI, CHARGE) \
  X(SUBI, MOVE) \
  X(SUBI, LOOP) \
  X(SUBI, ADD) \
  X(SUBI, MULI) \
  X(SUBI, CALL) \
  X(SUBI, CALLSELF) \
  X(SUBI, CHARGE) \
  X(MULI, ADDI) \
  X(DIVI, CALLSELF) \
  X(MODI, EQI) \
  X(CONS, JUMP) \
  X(CONS, AGAIN) \
  X(CONS, RETURN) \
  X(HEAD, EQ) \
  X(HEAD, LT) \
  X(HEAD, CONS) \
  X(HEAD, HEAD) \
  X(HEAD, CALL) \
  X(HEAD, CALLSELF) \
  X(HEAD, CHARGE) \
  X(TAIL, MOVE) \
  X(TAIL, LOOP) \
  X(TAIL, AGAIN) \
  X(TAIL, SUBI) \
  X(TAIL, HEAD) \
  X(TAIL, CALL) \
  X(TAIL, CALLSELF) \
  X(TAIL, CHARGE) \
  X(LIST, RETURN) \
  X(PUSH, TAIL) \
  X(RECORD, SUBI) \
  X(RECORD, RETURN) \
  X(RECORD, CHARGE) \
  X(GETFIELD, ADD) \
  X(READ, MOVE) \
  X(READ, JUMP) \
  X(BUILTIN, MOVE) \
  X(BUILTIN, LOADK) \
  X(BUILTIN, JFALSE) \
  X(BUILTIN, ADD) \
  X(BUILTIN, BUILTIN) \
  X(BUILTIN, RETURN) \
  X(BUILTIN, CHARGE) \
  X(CHARGE, MOVE) \
  X(CHARGE, LOADK) \
  X(CHARGE, EQI) \
  X(CHARGE, LT) \
  X(CHARGE, LTI) \
  X(CHARGE, EMPTY) \
  X(CHARGE, UNCONS) \
  X(CHARGE, ISLAYOUT) \
  X(CHARGE, ADD) \
  X(CHARGE, MULI) \
  X(CHARGE, MODI) \
  X(CHARGE, RECORD) \
  X(CHARGE, READ)

enum zero_opcode {
  ZERO_OP_MOVE,
  ZERO_OP_LOADK,
  ZERO_OP_LOADI,
  ZERO_OP_LOADW,
  ZERO_OP_CAPTURE,
  ZERO_OP_CLOSURE,
  ZERO_OP_JUMP,
  ZERO_OP_LOOP,
  ZERO_OP_AGAIN,
  ZERO_OP_JFALSE,
  ZERO_OP_JTRUE,
  ZERO_OP_EQ,
  ZERO_OP_EQK,
  ZERO_OP_EQI,
  ZERO_OP_LT,
  ZERO_OP_LE,
  ZERO_OP_GT,
  ZERO_OP_GE,
  ZERO_OP_LTI,
  ZERO_OP_LEI,
  ZERO_OP_GTI,
  ZERO_OP_GEI,
  ZERO_OP_EMPTY,
  ZERO_OP_ISEMPTY,
  ZERO_OP_ISPAIR,
  ZERO_OP_UNCONS,
  ZERO_OP_ISLIST,
  ZERO_OP_ISVARIANT,
  ZERO_OP_ISLAYOUT,
  ZERO_OP_ISEQ,
  ZERO_OP_ISNE,
  ZERO_OP_ISLT,
  ZERO_OP_ISLE,
  ZERO_OP_ISGT,
  ZERO_OP_ISGE,
  ZERO_OP_ADD,
  ZERO_OP_SUM,
  ZERO_OP_SUMI,
  ZERO_OP_SUB,
  ZERO_OP_MUL,
  ZERO_OP_DIV,
  ZERO_OP_MOD,
  ZERO_OP_ADDI,
  ZERO_OP_SUBI,
  ZERO_OP_MULI,
  ZERO_OP_DIVI,
  ZERO_OP_MODI,
  ZERO_OP_NOT,
  ZERO_OP_CONS,
  ZERO_OP_HEAD,
  ZERO_OP_TAIL,
  ZERO_OP_LIST,
  ZERO_OP_PUSH,
  ZERO_OP_FINISH,
  ZERO_OP_RECORD,
  ZERO_OP_NEW,
  ZERO_OP_FIELD,
  ZERO_OP_GETFIELD,
  ZERO_OP_READ,
  ZERO_OP_BUILTIN,
  ZERO_OP_CALL,
  ZERO_OP_CALLSELF,
  ZERO_OP_CALLV,
  ZERO_OP_APPLY,
  ZERO_OP_TAILCALL,
  ZERO_OP_TAILCALLV,
  ZERO_OP_TAILAPPLY,
  ZERO_OP_RETURN,
  ZERO_OP_CHARGE,
  ZERO_OP_TRY,
  ZERO_OP_ENDTRY,
  ZERO_OP_NOMATCH,
  ZERO_OP_HALT,
  ZERO_OP_COUNT, /* of those that verified code is made of */
  ZERO_OP_BEFORE_PAIRS = ZERO_OP_COUNT - 1,
  ZERO_OP_MOVE_MOVE,
  ZERO_OP_MOVE_LOADK,
  ZERO_OP_MOVE_LOADI,
  ZERO_OP_MOVE_JUMP,
  ZERO_OP_MOVE_AGAIN,
  ZERO_OP_MOVE_SUBI,
  ZERO_OP_MOVE_DIVI,
  ZERO_OP_MOVE_HEAD,
  ZERO_OP_MOVE_LIST,
  ZERO_OP_MOVE_GETFIELD,
  ZERO_OP_MOVE_BUILTIN,
  ZERO_OP_MOVE_CALL,
  ZERO_OP_MOVE_CALLSELF,
  ZERO_OP_MOVE_CHARGE,
  ZERO_OP_LOADK_MOVE,
  ZERO_OP_LOADK_LOADK,
  ZERO_OP_LOADK_LT,
  ZERO_OP_LOADK_BUILTIN,
  ZERO_OP_LOADK_RETURN,
  ZERO_OP_LOADK_CHARGE,
  ZERO_OP_LOADI_MOVE,
  ZERO_OP_LOADI_JUMP,
  ZERO_OP_LOADI_LT,
  ZERO_OP_LOADI_CALL,
  ZERO_OP_LOADI_RETURN,
  ZERO_OP_LOADI_CHARGE,
  ZERO_OP_LOADW_LOADW,
  ZERO_OP_LOADW_CONS,
  ZERO_OP_LOADW_RETURN,
  ZERO_OP_JFALSE_LOADK,
  ZERO_OP_EQ_ADD,
  ZERO_OP_EQ_SUB,
  ZERO_OP_EQK_UNCONS,
  ZERO_OP_EQI_MOVE,
  ZERO_OP_EQI_LOADK,
  ZERO_OP_EQI_LOADW,
  ZERO_OP_EQI_PUSH,
  ZERO_OP_EQI_RETURN,
  ZERO_OP_LT_LOADK,
  ZERO_OP_LT_ADDI,
  ZERO_OP_LT_SUBI,
  ZERO_OP_LT_TAIL,
  ZERO_OP_LTI_MOVE,
  ZERO_OP_LTI_RETURN,
  ZERO_OP_EMPTY_LOADI,
  ZERO_OP_EMPTY_HEAD,
  ZERO_OP_ISEMPTY_MOVE,
  ZERO_OP_ISEMPTY_RETURN,
  ZERO_OP_UNCONS_EQK,
  ZERO_OP_UNCONS_ISEMPTY,
  ZERO_OP_UNCONS_UNCONS,
  ZERO_OP_ISLAYOUT_READ,
  ZERO_OP_ISLAYOUT_CHARGE,
  ZERO_OP_ADD_MOVE,
  ZERO_OP_ADD_JUMP,
  ZERO_OP_ADD_LOOP,
  ZERO_OP_ADD_AGAIN,
  ZERO_OP_ADD_EQ,
  ZERO_OP_ADD_ADD,
  ZERO_OP_ADD_SUBI,
  ZERO_OP_ADD_TAIL,
  ZERO_OP_ADD_RETURN,
  ZERO_OP_SUMI_SUMI,
  ZERO_OP_SUMI_TAIL,
  ZERO_OP_SUMI_RETURN,
  ZERO_OP_SUB_EQ,
  ZERO_OP_ADDI_LOOP,
  ZERO_OP_ADDI_TAIL,
  ZERO_OP_ADDI_PUSH,
  ZERO_OP_ADDI_RETURN,
  ZERO_OP_ADDI_CHARGE,
  ZERO_OP_SUBI_MOVE,
  ZERO_OP_SUBI_LOOP,
  ZERO_OP_SUBI_ADD,
  ZERO_OP_SUBI_MULI,
  ZERO_OP_SUBI_CALL,
  ZERO_OP_SUBI_CALLSELF,
  ZERO_OP_SUBI_CHARGE,
  ZERO_OP_MULI_ADDI,
  ZERO_OP_DIVI_CALLSELF,
  ZERO_OP_MODI_EQI,
  ZERO_OP_CONS_JUMP,
  ZERO_OP_CONS_AGAIN,
  ZERO_OP_CONS_RETURN,
  ZERO_OP_HEAD_EQ,
  ZERO_OP_HEAD_LT,
  ZERO_OP_HEAD_CONS,
  ZERO_OP_HEAD_HEAD,
  ZERO_OP_HEAD_CALL,
  ZERO_OP_HEAD_CALLSELF,
  ZERO_OP_HEAD_CHARGE,
  ZERO_OP_TAIL_MOVE,
  ZERO_OP_TAIL_LOOP,
  ZERO_OP_TAIL_AGAIN,
  ZERO_OP_TAIL_SUBI,
  ZERO_OP_TAIL_HEAD,
  ZERO_OP_TAIL_CALL,
  ZERO_OP_TAIL_CALLSELF,
  ZERO_OP_TAIL_CHARGE,
  ZERO_OP_LIST_RETURN,
  ZERO_OP_PUSH_TAIL,
  ZERO_OP_RECORD_SUBI,
  ZERO_OP_RECORD_RETURN,
  ZERO_OP_RECORD_CHARGE,
  ZERO_OP_GETFIELD_ADD,
  ZERO_OP_READ_MOVE,
  ZERO_OP_READ_JUMP,
  ZERO_OP_BUILTIN_MOVE,
  ZERO_OP_BUILTIN_LOADK,
  ZERO_OP_BUILTIN_JFALSE,
  ZERO_OP_BUILTIN_ADD,
  ZERO_OP_BUILTIN_BUILTIN,
  ZERO_OP_BUILTIN_RETURN,
  ZERO_OP_BUILTIN_CHARGE,
  ZERO_OP_CHARGE_MOVE,
  ZERO_OP_CHARGE_LOADK,
  ZERO_OP_CHARGE_EQI,
  ZERO_OP_CHARGE_LT,
  ZERO_OP_CHARGE_LTI,
  ZERO_OP_CHARGE_EMPTY,
  ZERO_OP_CHARGE_UNCONS,
  ZERO_OP_CHARGE_ISLAYOUT,
  ZERO_OP_CHARGE_ADD,
  ZERO_OP_CHARGE_MULI,
  ZERO_OP_CHARGE_MODI,
  ZERO_OP_CHARGE_RECORD,
  ZERO_OP_CHARGE_READ,
  ZERO_OP_ALL
};

#endif
