/* embed.c - the costs of Zero for a host, compared with Lua's C API.
 *
 * embed calls        nanoseconds of a call: the host calls a function of a
 *                    program, protected; a program calls a function of the
 *                    host, less the same loop without the call; a function of
 *                    the host calls back into the program
 * embed open         nanoseconds to open a VM, evaluate (+ 1 2) and close it;
 *                    Lua opens its libraries and runs return 1 + 2
 * embed memory TEXT  bytes by which the process grows for each of VMS open VMs
 *                    that have evaluated TEXT, after a collection
 * embed memory-lua   the same of Lua, after return 1 + 2
 * embed evals        evaluates (option-map f x) twice, in first_eval and in
 *                    second_eval, for a count of their instructions
 *
 * Times are those of the processor. Zero and Lua take turns, and the median of
 * ROUNDS is printed. A line of output is a name and one or two numbers, Zero's
 * first; bench/runner/embed.py shows them and compares them with the bars. */
#include <gc.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "zero.h"

enum { ROUNDS = 21, CALLS = 200000, OPENS = 50, VMS = 200 };

static const char zero_program[] =
    "(fn inc (x) (+ x 1))\n"
    "(fn plain (n x) (if (= n 0) x (plain (- n 1) (+ x 1))))\n"
    "(fn calls (n x) (if (= n 0) x (calls (- n 1) (bump x))))\n"
    "(fn backs (n x) (if (= n 0) x (backs (- n 1) (back inc x))))\n";

static const char lua_program[] =
    "function inc(x) return x + 1 end\n"
    "function plain(n, x) for i = 1, n do x = x + 1 end return x end\n"
    "function calls(n, x)\n"
    "  local bump = bump\n"
    "  for i = 1, n do x = bump(x) end return x end\n"
    "function backs(n, x)\n"
    "  local back, inc = back, inc\n"
    "  for i = 1, n do x = back(inc, x) end return x end\n";

static void fail(const char *why) {
  fprintf(stderr, "embed: %s\n", why);
  exit(2);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void expect(int64_t found, int64_t wanted) {
  if (found != wanted) fail("a wrong answer");
}

/* --- Zero ---------------------------------------------------------------- */

static zero_status zero_bump(zero_vm *vm, zero_value *result,
                             const zero_value *args, size_t count,
                             void *context) {
  int64_t number;
  (void)count;
  (void)context;
  zero_to_i64(&number, args[0]);
  return zero_i64(vm, result, number + 1);
}

static zero_status zero_back(zero_vm *vm, zero_value *result,
                             const zero_value *args, size_t count,
                             void *context) {
  (void)context;
  return zero_call(vm, result, args[0], args + 1, count - 1);
}

static zero_vm *open_zero(void) {
  zero_vm *vm;
  const zero_definition bump = {"bump", zero_bump, NULL, "I64", "I64",
                                "pure", 0,         1,    1};
  const zero_definition back = {"back", zero_back, NULL, "Function I64",
                                "I64",  "io",      0,    2,
                                2};
  if (zero_open(&vm, NULL, NULL, 0) != ZERO_OK ||
      zero_define(vm, &bump) != ZERO_OK || zero_define(vm, &back) != ZERO_OK ||
      zero_load(vm, "embed", zero_program, strlen(zero_program)) != ZERO_OK) {
    fail("Zero did not start");
  }
  return vm;
}

static int64_t zero_calls_of(zero_vm *vm, zero_value function,
                             const int64_t *numbers, size_t count) {
  zero_value args[2];
  zero_value result;
  int64_t answer;
  for (size_t i = 0; i < count; i++) {
    if (zero_i64(vm, &args[i], numbers[i]) != ZERO_OK) fail("no number");
  }
  if (zero_call(vm, &result, function, args, count) != ZERO_OK ||
      !zero_to_i64(&answer, result)) {
    fail(zero_last_error(vm)->message);
  }
  return answer;
}

static double zero_in(void *state) {
  zero_vm *vm = state;
  zero_value inc = zero_lookup(vm, "inc");
  double start = now();
  for (int64_t i = 0; i < CALLS; i++) {
    expect(zero_calls_of(vm, inc, &i, 1), i + 1);
  }
  return (now() - start) / CALLS;
}

static double zero_loop(zero_vm *vm, const char *name) {
  const int64_t numbers[] = {CALLS, 0};
  zero_value function = zero_lookup(vm, name);
  double start = now();
  expect(zero_calls_of(vm, function, numbers, 2), CALLS);
  return (now() - start) / CALLS;
}

static double zero_out(void *state) {
  return zero_loop(state, "calls") - zero_loop(state, "plain");
}

static double zero_around(void *state) {
  return zero_loop(state, "backs") - zero_loop(state, "plain");
}

/* --- Lua ----------------------------------------------------------------- */

static int lua_bump(lua_State *lua) {
  lua_pushinteger(lua, luaL_checkinteger(lua, 1) + 1);
  return 1;
}

static int lua_back(lua_State *lua) {
  luaL_checkinteger(lua, 2);
  if (lua_pcall(lua, 1, 1, 0) != LUA_OK) return lua_error(lua);
  return 1;
}

static lua_State *open_lua(void) {
  lua_State *lua = luaL_newstate();
  if (lua == NULL) fail("Lua did not start");
  lua_register(lua, "bump", lua_bump);
  lua_register(lua, "back", lua_back);
  if (luaL_dostring(lua, lua_program) != LUA_OK) fail("Lua did not load");
  return lua;
}

/* Calls the function on top of the stack and leaves it there. */
static int64_t lua_calls_of(lua_State *lua, const int64_t *numbers,
                            int count) {
  lua_pushvalue(lua, -1);
  for (int i = 0; i < count; i++) lua_pushinteger(lua, numbers[i]);
  if (lua_pcall(lua, count, 1, 0) != LUA_OK) fail("Lua failed");
  int64_t answer = lua_tointeger(lua, -1);
  lua_pop(lua, 1);
  return answer;
}

static double lua_in(void *state) {
  lua_State *lua = state;
  lua_getglobal(lua, "inc");
  double start = now();
  for (int64_t i = 0; i < CALLS; i++) {
    expect(lua_calls_of(lua, &i, 1), i + 1);
  }
  double each = (now() - start) / CALLS;
  lua_pop(lua, 1);
  return each;
}

static double lua_loop(lua_State *lua, const char *name) {
  const int64_t numbers[] = {CALLS, 0};
  lua_getglobal(lua, name);
  double start = now();
  expect(lua_calls_of(lua, numbers, 2), CALLS);
  double each = (now() - start) / CALLS;
  lua_pop(lua, 1);
  return each;
}

static double lua_out(void *state) {
  return lua_loop(state, "calls") - lua_loop(state, "plain");
}

static double lua_around(void *state) {
  return lua_loop(state, "backs") - lua_loop(state, "plain");
}

/* --- opening and closing ------------------------------------------------- */

static zero_vm *open_and_eval(const char *text) {
  zero_vm *vm;
  zero_value value;
  if (zero_open(&vm, NULL, NULL, 0) != ZERO_OK) fail("Zero did not start");
  if (zero_eval(vm, &value, NULL, "embed", text, strlen(text)) != ZERO_OK) {
    fail(zero_last_error(vm)->message);
  }
  return vm;
}

static lua_State *open_lua_and_eval(void) {
  lua_State *lua = luaL_newstate();
  if (lua == NULL) fail("Lua did not start");
  luaL_openlibs(lua);
  if (luaL_dostring(lua, "return 1 + 2") != LUA_OK) fail("Lua failed");
  return lua;
}

static double zero_opens(void *state) {
  (void)state;
  double start = now();
  for (int i = 0; i < OPENS; i++) zero_close(open_and_eval("(+ 1 2)"));
  return (now() - start) / OPENS;
}

static double lua_opens(void *state) {
  (void)state;
  double start = now();
  for (int i = 0; i < OPENS; i++) lua_close(open_lua_and_eval());
  return (now() - start) / OPENS;
}

/* --- memory -------------------------------------------------------------- */

/* Bytes of the process that are in memory, exactly: statm lags. */
static double resident(void) {
  char line[256];
  double kibibytes = -1;
  FILE *file = fopen("/proc/self/smaps_rollup", "r");
  if (file == NULL) fail("no /proc/self/smaps_rollup");
  while (fgets(line, sizeof line, file) != NULL) {
    if (sscanf(line, "Rss: %lf", &kibibytes) == 1) break;
  }
  fclose(file);
  return kibibytes * 1024;
}

/* Frees what libgc keeps of dead objects: it sweeps late, so it takes more
 * than one collection until whole blocks are known to be free. */
static void collect(void) {
  GC_gcollect();
  GC_gcollect();
  GC_gcollect_and_unmap();
}

/* The first VM is opened and closed uncounted: it starts what all VMs share. */
static void memory(const char *text) {
  static zero_vm *vms[VMS];
  zero_close(open_and_eval(text));
  collect();
  double before = resident();
  for (int i = 0; i < VMS; i++) vms[i] = open_and_eval(text);
  collect();
  printf("memory\t%.0f\n", (resident() - before) / VMS);
  for (int i = 0; i < VMS; i++) zero_close(vms[i]);
}

static void lua_memory(void) {
  static lua_State *states[VMS];
  lua_close(open_lua_and_eval());
  double before = resident();
  for (int i = 0; i < VMS; i++) states[i] = open_lua_and_eval();
  for (int i = 0; i < VMS; i++) lua_gc(states[i], LUA_GCCOLLECT);
  printf("memory-lua\t%.0f\n", (resident() - before) / VMS);
  for (int i = 0; i < VMS; i++) lua_close(states[i]);
}

/* --- evaluating twice ---------------------------------------------------- */

static zero_status zero_some(zero_vm *vm, zero_value *result,
                             const zero_value *args, size_t count,
                             void *context) {
  zero_value number;
  (void)args;
  (void)count;
  (void)context;
  zero_status status = zero_i64(vm, &number, 7);
  if (status != ZERO_OK) return status;
  return zero_option_some_new(vm, result, number);
}

static void eval(zero_vm *vm, const char *text) {
  zero_value value;
  if (zero_eval(vm, &value, NULL, "embed", text, strlen(text)) != ZERO_OK) {
    fail(zero_last_error(vm)->message);
  }
}

/* Named for valgrind's --toggle-collect, so neither inlined nor static. */
void first_eval(zero_vm *vm);
void second_eval(zero_vm *vm);

__attribute__((noinline)) void first_eval(zero_vm *vm) {
  eval(vm, "(option-map f (x))");
}

__attribute__((noinline)) void second_eval(zero_vm *vm) {
  eval(vm, "(option-map f (x))");
}

/* There are no variables at a prompt: x is a function of the host, which, as
 * a variable, has nothing that could be compiled in. */
static void evals(void) {
  zero_vm *vm;
  const zero_definition x = {"x",    zero_some, NULL, "", "Option",
                             "pure", 0,         0,    0};
  if (zero_open(&vm, NULL, NULL, 0) != ZERO_OK ||
      zero_define(vm, &x) != ZERO_OK) {
    fail("Zero did not start");
  }
  eval(vm, "(fn f (n) (+ n 1))");
  first_eval(vm);
  second_eval(vm);
  zero_close(vm);
}

/* --- what is shown ------------------------------------------------------- */

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a;
  double y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *rounds) {
  qsort(rounds, ROUNDS, sizeof *rounds, ascending);
  return rounds[ROUNDS / 2];
}

static void measure(const char *name, double (*zero)(void *),
                    double (*lua)(void *), zero_vm *vm, lua_State *state) {
  double zeros[ROUNDS];
  double luas[ROUNDS];
  zero(vm);
  lua(state);
  for (int i = 0; i < ROUNDS; i++) {
    zeros[i] = zero(vm);
    luas[i] = lua(state);
  }
  printf("%s\t%.1f\t%.1f\n", name, median(zeros), median(luas));
}

static void calls(void) {
  zero_vm *vm = open_zero();
  lua_State *lua = open_lua();
  measure("in", zero_in, lua_in, vm, lua);
  measure("out", zero_out, lua_out, vm, lua);
  measure("around", zero_around, lua_around, vm, lua);
  lua_close(lua);
  zero_close(vm);
}

int main(int count, char **args) {
  const char *what = count > 1 ? args[1] : "";
  if (strcmp(what, "calls") == 0) {
    calls();
  } else if (strcmp(what, "open") == 0) {
    measure("open", zero_opens, lua_opens, NULL, NULL);
  } else if (strcmp(what, "memory") == 0 && count == 3) {
    memory(args[2]);
  } else if (strcmp(what, "memory-lua") == 0) {
    lua_memory();
  } else if (strcmp(what, "evals") == 0) {
    evals();
  } else {
    fail("calls, open, memory TEXT, memory-lua or evals?");
  }
  return 0;
}
