# Makefile - build, run, test and check Zero. `make help` lists the targets.

VERSION := 0.1.0
PREFIX ?= /usr/local
MODE ?= release
B := build/$(MODE)

# `make V=1` shows the commands; otherwise one short line for each file made.
Q := $(if $(V),,@)
say = $(if $(V),,@echo '  $(1)	$(2)')

CC := gcc
# Debian's packages for building and running, and for testing.
PACKAGES := gcc libgc-dev libutf8proc-dev libsodium-dev libedit-dev
TEST_PACKAGES := clang pkg-config libcriterion-dev unicode-data bzip2 \
  python3-minimal openssl curl

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes \
  -Wstrict-prototypes -Wundef -Wwrite-strings -Werror
# No object contains the path of the tree: the same tree makes the same library.
BASE_FLAGS := -std=c11 -D_GNU_SOURCE -DGC_THREADS $(WARNINGS) -g -MMD -MP \
  -fvisibility=hidden -fPIC "-ffile-prefix-map=$$PWD=." \
  -Iinclude -Iruntime \
  -DZERO_PROJECT_VERSION='"$(VERSION)"'
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all \
  -fno-omit-frame-pointer

# Options that make it hard to turn a fault in C into more than a crash. A
# compiler may set a lower fortification by itself.
HARDEN := -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
HARDEN_LINK := -Wl,-z,relro -Wl,-z,now
# Relocations of constants in a sixteenth of their usual size.
HARDEN_LINK += -Wl,-z,pack-relative-relocs

ifeq ($(MODE),release)
  CFLAGS := $(BASE_FLAGS) -O2 $(HARDEN)
  LDFLAGS := $(HARDEN_LINK)
else ifeq ($(MODE),asan)
  CFLAGS := $(BASE_FLAGS) -O1 $(SANITIZE) -DZERO_DEBUG
  LDFLAGS := $(SANITIZE)
else ifeq ($(MODE),clang)
  CC := clang
  CFLAGS := $(BASE_FLAGS) -O2
else ifeq ($(MODE),stress)
  CFLAGS := $(BASE_FLAGS) -O2 -DZERO_GC_STRESS
else ifeq ($(MODE),fuzz)
  CC := clang
  CFLAGS := $(BASE_FLAGS) -O1 $(SANITIZE) -fsanitize=fuzzer-no-link \
    -DZERO_DEBUG
  LDFLAGS := $(SANITIZE)
else
  $(error MODE is release, asan, clang, stress or fuzz, not '$(MODE)')
endif

LIBS := -lgc -lutf8proc -lsodium -lpthread
# The program contains its libraries except the C library: finding and mapping
# them, and what they need, would take longer than the rest of its start.
CLI_LIBS := -Wl,-Bstatic -lgc -lutf8proc -lsodium -ledit -ltinfo -lbsd -lmd \
  -Wl,-Bdynamic -lpthread
# The same as LIBS for zero.pc: packages, and what has no package.
PC_REQUIRES := bdw-gc libutf8proc libsodium
PC_LIBS := -lpthread
TEST_LIBS := -lcriterion

ROOMS := base facts facts/gen value layout read check compile vm handle \
  api
SOURCES := $(wildcard $(ROOMS:%=runtime/%/*.c))
# Builds that attack the library prove what its compiler makes, too.
ifneq ($(filter asan stress fuzz,$(MODE)),)
  SOURCES += tests/support/verify.c tests/support/flow.c
  CFLAGS += -DZERO_VERIFY -Itests
endif
OBJECTS := $(SOURCES:%.c=$(B)/%.o)
CLI_OBJECTS := $(patsubst %.c,$(B)/%.o,$(wildcard runtime/cli/*.c))
TEST_OBJECTS := $(patsubst %.c,$(B)/%.o,\
  $(wildcard tests/*.c tests/support/*.c))
HEADERS := $(wildcard include/*.h include/zero/*.h include/zero/gen/*.h)
SONAME := libzero.so.$(firstword $(subst ., ,$(VERSION)))
SHARED := libzero.so.$(VERSION)
CORE := $(sort $(wildcard lib/core/*.0x0))

FILE ?= examples/layouts.0x0

.PHONY: all run test check check-long check-gc-stress \
  check-collector deps test-deps generate fresh layers rooms \
  help clean install uninstall public-abi \
  abi-check abi-layout-check abi-release gate-test \
  fuzz fuzz-targets \
  bench bench-deps bench-embed bench-growth bench-http bench-record \
  bench-stops
.SECONDARY:
.DELETE_ON_ERROR:

all: bin/zero $(B)/libzero.so ## build bin/zero and libzero; installs nothing

# Another make builds, after the packages it needs were installed: together,
# under -j, the two would race. Without a -j it uses every processor.
build = $(MAKE) --no-print-directory $(if $(V),,-s) \
  $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

run: deps ## run FILE (examples/layouts.0x0) with ARGS, granting ALLOW
	@$(build) bin/zero
	@bin/zero run $(if $(ALLOW),--allow $(ALLOW)) $(FILE) $(ARGS)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { \
	  printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Installs the packages that are missing; silent if none is.
define install
@missing=$$(for p in $(1); do \
  dpkg-query -W -f='$${Status}' $$p 2>/dev/null | \
    grep -q 'install ok installed' || printf '%s ' $$p; done); \
if [ -n "$$missing" ]; then \
  echo "installing: $$missing"; \
  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
  { $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    $$sudo apt-get install -y -qq --no-install-recommends $$missing; \
  } >build-deps.log 2>&1 || \
    { cat build-deps.log; echo "make $@ failed: see above"; exit 1; }; \
  rm -f build-deps.log; \
fi
endef

deps: ## install the Debian packages for building and running
	$(call install,$(PACKAGES))

test-deps: ## install also those for testing
	$(call install,$(PACKAGES) $(TEST_PACKAGES))

# --- the program and the library -----------------------------------------

# lib/core is text in the library, and read when it is used.
$(B)/core_text.c: lib/embed.awk $(CORE)
	@mkdir -p $(@D)
	$(call say,CORE,$@)
	$(Q)LC_ALL=C awk -f $^ >$@

$(B)/core_text.o: $(B)/core_text.c
	$(call say,CC,$@)
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

$(B)/libzero.a: $(OBJECTS) $(B)/core_text.o
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcsD $@ $^

# Exports by name what the headers declare ZERO_API: a pattern like zero_* would
# also export the library's own zero__*. The library is never unloaded: threads
# that end, and the collector, call it.
$(B)/libzero.map: abi/public.awk $(HEADERS)
	@mkdir -p $(@D)
	$(call say,MAP,$@)
	$(Q)awk -v want=script -f $^ >$@

$(B)/libzero.so: $(B)/libzero.map $(OBJECTS) $(B)/core_text.o
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -shared -Wl,-soname,$(SONAME) -Wl,-z,defs \
	  -Wl,-z,nodelete -Wl,--version-script=$< -o $@ $(filter %.o,$^) $(LIBS)

$(B)/zero: $(CLI_OBJECTS) $(B)/libzero.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -pie -o $@ $^ $(CLI_LIBS)

# The same program in a host that may have started libgc (tests/support).
$(B)/hosted-zero: $(CLI_OBJECTS) $(B)/tests/support/collector.o $(B)/libzero.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(CLI_LIBS)

bin/zero: build/release/zero
	@mkdir -p bin
	cp $< $@

ifneq ($(MODE),release)
build/release/zero:
	$(MAKE) MODE=release $@
endif

# The dispatch loop. Two frame words stored as one vector would be read back
# apart, slowly; and gcc would join the ends of instructions, which costs a
# jump and a shared dispatch for each.
LOOP_FLAGS := -fno-tree-slp-vectorize
ifneq ($(CC),clang)
  LOOP_FLAGS += -fno-crossjumping
endif
$(B)/runtime/vm/run.o: CFLAGS += $(LOOP_FLAGS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

# Random values for a decoder in another language (tests/decoder).
$(B)/tests/decoder/values: $(B)/tests/decoder/values.o \
  $(patsubst %,$(B)/tests/support/%.o,heap model random values) \
  $(B)/libzero.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

# A fuzz target: with libFuzzer if MODE is fuzz, else to be run on files.
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,\
  $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SUPPORT := $(B)/tests/fuzz/fuzz.o $(patsubst %,$(B)/tests/support/%.o,\
  hashed heap model programs random values)
ifeq ($(MODE),fuzz)
  FUZZ_FLAGS := -fsanitize=fuzzer
else
  FUZZ_SUPPORT += $(B)/tests/fuzz/replay.o
endif
$(B)/tests/fuzz/%: $(B)/tests/fuzz/fuzz_%.o $(FUZZ_SUPPORT) $(B)/libzero.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) $(FUZZ_FLAGS) -o $@ $^ $(LIBS)

# System calls refused, and made to fail (tests/faults).
$(B)/tests/faults/refuse: $(B)/tests/faults/refuse.o \
  $(B)/tests/support/refuse.o
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^

$(B)/tests/faults/flows: $(B)/tests/faults/flows.o \
  $(B)/tests/faults/calls.o $(B)/libzero.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -rdynamic -o $@ $^ $(LIBS)

fuzz-targets: $(FUZZ_TARGETS:%=$(B)/tests/fuzz/%)

$(B)/tests/all: $(TEST_OBJECTS) $(B)/libzero.a | $(B)/tests/decoder/values
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)

-include $(OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(TEST_OBJECTS:.o=.d) \
  $(B)/tests/decoder/values.d \
  $(patsubst %.c,$(B)/%.d,$(wildcard tests/fuzz/*.c tests/faults/*.c))

# --- the tables -------------------------------------------------------------

build/abi-generate: $(wildcard abi/*.c) abi/generate.h
	@mkdir -p $(@D)
	$(CC) -std=c11 -g -O2 $(WARNINGS) -o $@ $(filter %.c,$^)

generate: build/abi-generate ## write the files made from the tables in abi/
	build/abi-generate abi .

fresh: build/abi-generate ## check that generated files are up to date
	@build/abi-generate --check abi .

# --- install ----------------------------------------------------------------

# Where files go, below DESTDIR.
TO = $(DESTDIR)$(PREFIX)

install: $(B)/zero $(B)/libzero.a $(B)/libzero.so ## to PREFIX below DESTDIR
	$(if $(filter /%,$(PREFIX)),,$(error PREFIX is not absolute: $(PREFIX)))
	install -d "$(TO)/bin" "$(TO)/include/zero/gen" "$(TO)/lib/pkgconfig"
	install $(B)/zero "$(TO)/bin/zero"
	for header in $(HEADERS); do \
	  install -m 644 $$header "$(TO)/$$header" || exit 1; done
	install -m 644 $(B)/libzero.a "$(TO)/lib/libzero.a"
	install -m 644 $(B)/libzero.so "$(TO)/lib/$(SHARED)"
	ln -sf $(SHARED) "$(TO)/lib/$(SONAME)"
	ln -sf $(SONAME) "$(TO)/lib/libzero.so"
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' \
	  -e 's|@REQUIRES@|$(PC_REQUIRES)|' -e 's|@LIBS@|$(PC_LIBS)|' \
	  runtime/api/zero.pc.in >"$(TO)/lib/pkgconfig/zero.pc"
	chmod 644 "$(TO)/lib/pkgconfig/zero.pc"

# Zero's own folders are removed if nothing else is in them.
uninstall: ## remove what install put there
	rm -f "$(TO)/bin/zero" $(HEADERS:%="$(TO)/%") "$(TO)/lib/libzero.a" \
	  "$(TO)/lib/libzero.so" "$(TO)/lib/$(SONAME)" "$(TO)/lib/$(SHARED)" \
	  "$(TO)/lib/pkgconfig/zero.pc"
	for folder in include/zero/gen include/zero; do \
	  [ ! -d "$(TO)/$$folder" ] || \
	    rmdir --ignore-fail-on-non-empty "$(TO)/$$folder"; done

# --- gates ------------------------------------------------------------------

# Checks of releases and generated files need only the generator; checks of
# values need the runtime too.
abi-layout-check: build/abi-generate ## tables, releases and documents agree
	@build/abi-generate --gate layout abi .

# v1-layout and the gates of abi/gates.tsv; any other name is refused.
abi-%-check: build/abi-generate ## for some families; their fixtures too
	@build/abi-generate --gate $* abi . >/dev/null
	@$(MAKE) --no-print-directory $(B)/zero
	@tests/gates/run $* $(B)

abi-check: build/abi-generate $(B)/zero ## every gate
	@tests/gates/all $(B)

abi-release: build/abi-generate ## keep the tables of a raised version for ever
	@build/abi-generate --release abi .

public-abi: $(B)/libzero.so ## record the promises of zero.h in abi/public.txt
	@tests/public-abi $(B) --record

gate-test: test-deps ## change one fact at a time and see the gates refuse it
	@tests/gate-test

# --- tests --------------------------------------------------------------------

test: test-deps ## what every change must pass
	@$(build) bin/zero $(B)/tests/all $(B)/zero fuzz-targets
	@tests/run $(MODE)

rooms: ## write the table of rooms in docs/architecture.md
	@tests/rooms

layers: ## check that each file includes only rooms to its left
	@tests/layers

check: test-deps ## test, sanitizers, both compilers, generated files, examples
	@tests/check

LONG_PACKAGES := debootstrap util-linux

check-long: test-deps ## whole fault matrices, sandboxes, a user, a bare Debian
	-$(call install,$(LONG_PACKAGES))
	@tests/check-long

check-gc-stress: test-deps ## collect at every allocation, in each set-up
	@tests/gc-stress

check-collector: test-deps ## the tests, in each set-up of libgc by a host
	@$(build) $(B)/tests/all $(B)/hosted-zero
	@tests/collector $(B) '!(heap)/*' smoke

# --- fuzzing ------------------------------------------------------------------

FUZZ_PACKAGES := clang libclang-rt-14-dev
TIME ?= 60

# Words of the language, from the tables and from the files written in it.
build/fuzz/source.dict: tests/fuzz/dictionary abi/builtins.tsv \
  abi/value-fields.tsv $(CORE)
	@mkdir -p $(@D)
	$(call say,DICT,$@)
	$(Q)$^ >$@

fuzz: deps ## fuzz TARGET for TIME seconds; without TARGET, list them
ifneq ($(filter $(TARGET),$(FUZZ_TARGETS)),)
	$(call install,$(FUZZ_PACKAGES))
	@$(build) MODE=fuzz build/fuzz/tests/fuzz/$(TARGET) build/fuzz/source.dict
endif
	@tests/fuzz/run $(TARGET) $(if $(TARGET),$(TIME))

# --- benchmarks ---------------------------------------------------------------

BENCH_PACKAGES := lua5.4 liblua5.4-dev luajit guile-3.0 chezscheme python3 \
  apache2-utils valgrind
# The starter that bench/run uses, and the measured programs.
BENCHERS := bin/zero build/bench/measure

build/bench/measure: bench/measure.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE -O2 $(WARNINGS) -o $@ $<

bench: deps ## time against PEER, RUNS times
	@$(build) $(BENCHERS)
	@bench/run workloads

bench-growth: deps ## how time and memory grow
	@$(build) $(BENCHERS)
	@bench/run growth

build/bench/embed: bench/embed/embed.c build/release/libzero.a $(HEADERS)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE -O2 $(WARNINGS) -Iinclude \
	  $$(pkg-config --cflags lua5.4) -o $@ $< build/release/libzero.a $(LIBS) \
	  $$(pkg-config --libs lua5.4)

bench-embed: deps ## costs for a host, compared with Lua
	@$(build) $(BENCHERS) build/bench/embed
	@bench/run embed

bench-http: deps ## the HTTP server of examples/ under load
	@$(build) bin/zero
	@bench/http

build/bench/stops: bench/stops/stops.c build/release/tests/support/limits.o \
  build/release/libzero.a
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE -O2 $(WARNINGS) -Iinclude -Itests \
	  -o $@ $^ $(LIBS)

bench-stops: deps ## how late deadlines are met, to docs/
	@$(build) build/bench/stops
	@bench/stops/record

bench-record: deps ## write docs/benchmarks.md
	@$(build) $(BENCHERS) build/bench/embed
	@bench/run record

bench-deps: ## install the peers of `make bench` from Debian
	$(call install,$(BENCH_PACKAGES))

clean: ## remove what was made
	rm -rf build bin
