# hilo - grades concurrency exercises in C. `make help` lists the targets.

CC      ?= gcc
BUILD   ?= build
CFLAGS  ?= -O2 -g
WARN    := -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror
CPPFLAGS += -D_GNU_SOURCE -I.

GRADER_SRC  := $(sort $(wildcard grader/*.c grader/sandbox/*.c))
REPORTS_SRC := $(sort $(wildcard reports/*.c))
COMMON_SRC  := $(sort $(wildcard harness/*.c))
EXPLORE_SRC := $(sort $(wildcard harness/explore/*.c))
STRESS_SRC  := $(sort $(wildcard harness/stress/*.c))
TSAN_SRC    := $(sort $(wildcard harness/tsan/*.c))
TEST_SRC    := $(sort $(wildcard grader/tests/test_*.c harness/tests/test_*.c reports/tests/test_*.c exercises/tests/test_*.c))

GRADER_LIBS := -ljansson -lseccomp -ldw -lelf -larchive -lpthread
obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

.DEFAULT_GOAL := all
all: programs

programs: $(BUILD)/hilo $(BUILD)/hilo-explore $(BUILD)/hilo-stress $(BUILD)/hilo-tsan

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) -fPIE -MMD -MP -c -o $@ $<

$(BUILD)/hilo: $(call obj,$(GRADER_SRC) $(REPORTS_SRC) harness/protocol.c)
	$(CC) $(CFLAGS) -o $@ $^ $(GRADER_LIBS)

$(BUILD)/hilo-explore: $(call obj,$(COMMON_SRC) $(EXPLORE_SRC))
	$(CC) $(CFLAGS) -rdynamic -o $@ $^ -ldl -lm

$(BUILD)/hilo-stress: $(call obj,$(COMMON_SRC) $(STRESS_SRC))
	$(CC) $(CFLAGS) -rdynamic -o $@ $^ -ldl -lm -lpthread

# Uninstrumented, yet libtsan must be among the first objects loaded.
$(BUILD)/hilo-tsan: $(call obj,$(COMMON_SRC) $(TSAN_SRC))
	$(CC) $(CFLAGS) -rdynamic -o $@ $^ -Wl,--no-as-needed -l:libtsan.so.2 -ldl -lm -lpthread

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

clean:
	rm -rf $(BUILD)

.PHONY: all programs clean
