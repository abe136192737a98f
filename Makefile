# hilo - grades concurrency exercises in C. `make help` lists the targets.

BUILD  ?= build
PREFIX ?= /usr/local
CFLAGS ?= -O2 -g
ifeq ($(origin CC),default)
CC := gcc
endif

WARN     := -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror
CPPFLAGS += -D_GNU_SOURCE -I.
SANITIZE :=
# Sanitizers hide from gcc what values can be, and it warns of what cannot happen.
SANITIZE_CFLAGS = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer \
                  -Wno-format-truncation -Wno-maybe-uninitialized)
ALL_CFLAGS  = $(CFLAGS) $(WARN) -fPIE $(SANITIZE_CFLAGS)
# Stories walk the student's stack from an interposed function: its frame must be there, and its own.
$(BUILD)/obj/harness/%.o: ALL_CFLAGS += -fno-omit-frame-pointer -fno-optimize-sibling-calls
# Millions of accesses a second pass through here.
$(BUILD)/obj/harness/explore/%.o: ALL_CFLAGS += -O3
ALL_LDFLAGS = $(CFLAGS) -pie $(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(LDFLAGS)

# As many jobs as cores, unless told otherwise; each job's messages stay together.
ifeq ($(MAKELEVEL),0)
ifeq ($(filter -j% --jobserver%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif
MAKEFLAGS += --output-sync=target --no-print-directory
endif

# `  CC      file` for a command; the command itself with V=1; nothing with -s. Commands that a
# person watches begin with $(live): their output is not held back until they end.
short := $(firstword -$(MAKEFLAGS))
empty :=
comma := ,
Q     := $(if $(V),,@)
say    = $(if $(V)$(findstring s,$(short)),,$(info $(empty)  $(1) $(patsubst $(BUILD)/%,%,$(2))))
live  := +@$(if $(findstring n,$(short)),: )

# Sources are found, not listed.
GRADER_SRC  := $(sort $(wildcard grader/*.c grader/sandbox/*.c))
REPORTS_SRC := $(sort $(wildcard reports/*.c))
COMMON_SRC  := $(sort $(wildcard harness/*.c))
NATIVE_SRC  := $(sort $(wildcard harness/native/*.c))
EXPLORE_SRC := $(sort $(wildcard harness/explore/*.c))
STRESS_SRC  := $(sort $(wildcard harness/stress/*.c))
TSAN_SRC    := $(sort $(wildcard harness/tsan/*.c))
PROGRAM_SRC := $(GRADER_SRC) $(REPORTS_SRC) $(COMMON_SRC) $(NATIVE_SRC) $(EXPLORE_SRC) $(STRESS_SRC) $(TSAN_SRC)

# FOLDER/tests/test_*.c is a program; what else is in FOLDER/tests/ helps all programs there.
FOLDERS     := grader reports harness exercises
TEST_SRC    := $(sort $(wildcard $(FOLDERS:%=%/tests/test_*.c)))
SUPPORT_SRC := $(filter-out $(TEST_SRC),$(sort $(wildcard $(FOLDERS:%=%/tests/*.c))))

obj  = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
test = $(patsubst %.c,$(BUILD)/tests/%,$(subst /tests/,/,$(1)))

PROGRAMS     := $(if $(filter grader/main.c,$(GRADER_SRC)),$(BUILD)/hilo) \
                $(foreach lane,explore stress tsan,$(if $(wildcard harness/$(lane)/main.c),$(BUILD)/hilo-$(lane)))
TESTS        := $(call test,$(TEST_SRC))
REPORTS_LIBS := -ljansson -lm
GRADER_LIBS  := -lseccomp -ldw -lelf -larchive -lpthread $(REPORTS_LIBS)
LANE_LIBS    := -ldl -lm -lpthread -Wl,--push-state,--no-as-needed -lgcc_s -Wl,--pop-state
CHECK_LIBS    = $(shell pkg-config --libs check)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

## all        build the programs into build/ (the default)
all: programs

programs: $(PROGRAMS)

# ---- objects ----------------------------------------------------------------------------------

# What objects were built with; changes, and so rebuilds them, only when that does.
STAMP := $(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(STAMP)' | cmp -s - $@ || echo '$(STAMP)' >$@

# The same for the list of sources, so that a program forgets a source that was deleted.
$(BUILD)/sources: FORCE
	@mkdir -p $(@D)
	@echo '$(PROGRAM_SRC) $(SUPPORT_SRC)' | cmp -s - $@ || echo '$(PROGRAM_SRC) $(SUPPORT_SRC)' >$@

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC     ,$<)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

-include $(patsubst %.o,%.d,$(call obj,$(PROGRAM_SRC) $(TEST_SRC) $(SUPPORT_SRC)))

# ---- programs ---------------------------------------------------------------------------------

link = $(call say,LINK   ,$@)$(Q)mkdir -p $(@D) && $(CC) $(ALL_LDFLAGS) -o $@

$(BUILD)/hilo: $(call obj,$(GRADER_SRC) $(REPORTS_SRC) harness/protocol.c) $(BUILD)/sources
	$(link) $(filter %.o,$^) $(GRADER_LIBS)

# A lane's program defines what the student's objects import, and shows them only that. libgcc_s is
# loaded from the start: pthread_exit looks for it, and a sealed process opens nothing.
EXPORTS := -Wl,--dynamic-list=harness/exports.list
$(BUILD)/hilo-explore $(BUILD)/hilo-stress $(BUILD)/hilo-tsan: harness/exports.list
$(BUILD)/hilo-explore: $(call obj,$(COMMON_SRC) $(EXPLORE_SRC)) $(BUILD)/sources
	$(link) $(EXPORTS) $(filter %.o,$^) $(LANE_LIBS)

$(BUILD)/hilo-stress: $(call obj,$(COMMON_SRC) $(NATIVE_SRC) $(STRESS_SRC)) $(BUILD)/sources
	$(link) $(EXPORTS) $(filter %.o,$^) $(LANE_LIBS)

# Uninstrumented, yet libtsan must be among the first objects loaded.
$(BUILD)/hilo-tsan: $(call obj,$(COMMON_SRC) $(NATIVE_SRC) $(TSAN_SRC)) $(BUILD)/sources
	$(link) $(EXPORTS) $(filter %.o,$^) -Wl,--no-as-needed -l:libtsan.so.2 $(LANE_LIBS)

# ---- translations -----------------------------------------------------------------------------

# reports/po/LANGUAGE.po becomes locale/LANGUAGE/LC_MESSAGES/hilo.mo beside the programs.
MESSAGES := $(patsubst reports/po/%.po,$(BUILD)/locale/%/LC_MESSAGES/hilo.mo,$(wildcard reports/po/*.po))
programs test-programs: $(MESSAGES)

$(BUILD)/locale/%/LC_MESSAGES/hilo.mo: reports/po/%.po
	$(call say,MSGFMT ,$<)
	$(Q)mkdir -p $(@D) && msgfmt --check-format -o $@ $<

install: install-messages
install-messages: $(MESSAGES)
	for language in $(patsubst reports/po/%.po,%,$(wildcard reports/po/*.po)); do \
	    install -D -m 644 $(BUILD)/locale/$$language/LC_MESSAGES/hilo.mo \
	        $(DESTDIR)$(PREFIX)/share/locale/$$language/LC_MESSAGES/hilo.mo; done

## messages   bring reports/po up to date with the sentences in the source
messages:
	reports/po/update
.PHONY: install-messages messages

# ---- tests ------------------------------------------------------------------------------------

# Archives, so that a test links only what it uses and can put its own in a function's place.
LIBS := $(addprefix $(BUILD)/lib/,grader.a reports.a explore.a stress.a tsan.a)
$(BUILD)/lib/grader.a:  $(call obj,$(filter-out %/main.c,$(GRADER_SRC)) $(REPORTS_SRC) harness/protocol.c)
$(BUILD)/lib/reports.a: $(call obj,$(REPORTS_SRC))
$(BUILD)/lib/explore.a: $(call obj,$(COMMON_SRC) $(filter-out %/main.c,$(EXPLORE_SRC)))
$(BUILD)/lib/stress.a:  $(call obj,$(COMMON_SRC) $(filter-out %/main.c,$(NATIVE_SRC) $(STRESS_SRC)))
$(BUILD)/lib/tsan.a:    $(call obj,$(COMMON_SRC) $(filter-out %/main.c,$(NATIVE_SRC) $(TSAN_SRC)))
$(LIBS): $(BUILD)/sources
	$(call say,AR     ,$@)
	$(Q)mkdir -p $(@D) && rm -f $@ && ar rcsD $@ $(filter %.o,$^)

support   = $(call obj,$(filter $(1)/tests/%,$(SUPPORT_SRC)))
link_test = $(link) -rdynamic $(filter %.o,$^) $(filter %.a,$^)

$(BUILD)/tests/grader/%: $(BUILD)/obj/grader/tests/%.o $(call support,grader) $(BUILD)/lib/grader.a
	$(link_test) $(GRADER_LIBS) $(CHECK_LIBS)
$(BUILD)/tests/exercises/%: $(BUILD)/obj/exercises/tests/%.o $(call support,exercises) $(BUILD)/lib/grader.a
	$(link_test) $(GRADER_LIBS) $(CHECK_LIBS)
$(BUILD)/tests/reports/%: $(BUILD)/obj/reports/tests/%.o $(call support,reports) $(BUILD)/lib/reports.a
	$(link_test) $(REPORTS_LIBS) $(CHECK_LIBS)
# harness/tests/test_stress_*.c tests the stress lane, test_tsan_*.c tsan; the others see explore.
$(BUILD)/tests/harness/test_stress%: $(BUILD)/obj/harness/tests/test_stress%.o $(call support,harness) $(BUILD)/lib/stress.a
	$(link_test) $(LANE_LIBS) $(CHECK_LIBS)
$(BUILD)/tests/harness/test_tsan%: $(BUILD)/obj/harness/tests/test_tsan%.o $(call support,harness) $(BUILD)/lib/tsan.a
	$(link_test) -Wl,--no-as-needed -l:libtsan.so.2 $(LANE_LIBS) $(CHECK_LIBS)
$(BUILD)/tests/harness/%: $(BUILD)/obj/harness/tests/%.o $(call support,harness) $(BUILD)/lib/explore.a
	$(link_test) $(LANE_LIBS) $(CHECK_LIBS)

test-programs: $(TESTS)

# The lanes' programs cannot carry ASan, which wants to be their malloc; those that hilo runs when
# it is itself under ASan are the plain ones.
ASAN_SRC   := $(filter grader/% reports/% harness/tests/test_protocol%,$(TEST_SRC))
ASAN_BUILD := $(BUILD)/asan
sanitized: $(filter %/hilo,$(PROGRAMS)) $(call test,$(ASAN_SRC))
	@for each in hilo-explore hilo-stress hilo-tsan locale; do ln -sfn ../$$each $(BUILD)/$$each; done

# ONLY='judge records' runs the programs whose names hold one of these words.
selected = $(if $(ONLY),$(foreach t,$(1),$(if $(strip $(foreach o,$(ONLY),$(findstring $(o),$(notdir $(t))))),$(t))),$(1))

## test       build everything, also with clang and with ASan+UBSan, and run all tests (ONLY='word...')
test:
	$(live).ci/deps build test
	@$(MAKE) programs test-programs
	@$(MAKE) BUILD=$(ASAN_BUILD) CFLAGS='-O1 -g' SANITIZE=address,undefined sanitized
	@$(MAKE) BUILD=$(BUILD)/clang CC=clang CFLAGS='-O1 -g' programs test-programs
	$(live)V=$(V) .ci/test $(call selected,$(TESTS) $(patsubst $(BUILD)/%,$(ASAN_BUILD)/%,$(call test,$(ASAN_SRC))))

# ---- for people -------------------------------------------------------------------------------

## run        grade the sample class of exercises/likes into build/sample-report
run:
	$(live).ci/deps build
	@$(MAKE) all
	$(live)$(BUILD)/hilo batch -e likes -o $(BUILD)/sample-report exercises/likes/sample-class; \
	    status=$$?; [ $$status -le 1 ] || exit $$status

## lint       check formatting, layering, static analysis and the rules of the house
lint:
	$(live).ci/deps build test lint
	$(live).ci/lint $(BUILD); status=$$?; $(MAKE) -k tidy && exit $$status

# clang-tidy, a file at a time and again only when that file or any header changed. How far its
# analyzer walks is bounded, since past that it finds little; TIDY_NODES=225000 is its own default.
TIDY_NODES ?= 20000
TIDY = clang-tidy --quiet $(foreach flag,-analyzer-config max-nodes=$(TIDY_NODES),--extra-arg=-Xclang --extra-arg=$(flag))
tidy_flags = -- $(CPPFLAGS) -std=c11 $(if $(filter reports/error.c,$<),,-include .ci/analyse.h)
HEADERS := $(sort $(wildcard $(addsuffix *.h,$(dir $(PROGRAM_SRC) $(TEST_SRC)))))
tidy: $(patsubst %.c,$(BUILD)/lint/%.tidy,$(PROGRAM_SRC) $(TEST_SRC) $(SUPPORT_SRC))

# Of tests only the length of functions: Check's macros look like faults to the rest.
$(BUILD)/lint/%.tidy: only = $(if $(findstring /tests/,$*),--checks='-*$(comma)readability-function-size')
$(BUILD)/lint/%.tidy: %.c .clang-tidy .ci/analyse.h $(HEADERS)
	@mkdir -p $(@D)
	$(call say,TIDY   ,$<)
	$(Q)$(TIDY) $(only) $< $(tidy_flags) >$@.log 2>&1 || { sed 's|$(CURDIR)/||' $@.log; exit 1; }
	$(Q)touch $@

## bench      measure what grading costs, against the floors that hilo keeps (REPEAT=5)
bench: all
	$(live)sh -c '.ci/bench $(BUILD) $(REPEAT); status=$$?; .ci/bench-explore $(BUILD) && exit $$status'

## deps       install the Debian packages that are missing, for all of the above
deps:
	$(live).ci/deps

LIBDIR = $(DESTDIR)$(PREFIX)/lib/hilo
SHARE  = $(DESTDIR)$(PREFIX)/share
# Students may read what is installed: solutions stay at home.
## install    install below PREFIX (/usr/local), in the tree DESTDIR
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(LIBDIR) $(SHARE)/hilo/exercises $(DESTDIR)$(PREFIX)/include/hilo
	install -m 755 $(BUILD)/hilo $(DESTDIR)$(PREFIX)/bin/
	install -m 755 $(BUILD)/hilo-explore $(BUILD)/hilo-stress $(BUILD)/hilo-tsan $(LIBDIR)/
	install -m 644 harness/scenario.h $(DESTDIR)$(PREFIX)/include/hilo/
	for exercise in $(patsubst %/exercise.json,%,$(wildcard exercises/*/exercise.json)); do \
	    install -d $(SHARE)/hilo/$$exercise && \
	    find $$exercise -maxdepth 1 -type f -exec install -m 644 '{}' $(SHARE)/hilo/$$exercise/ ';'; done

## clean      remove build/
clean:
	rm -rf $(BUILD)

## help       this list
help:
	@sed -n 's/^## /  make /p' Makefile

FORCE:
.PHONY: all programs test-programs sanitized test run lint tidy bench deps install clean help FORCE
