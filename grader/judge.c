/*
 * judge.c - parse and evaluate the expressions that say what answers are right.
 *
 * Theory of operation. One recursive descent over the text, one function a level of precedence,
 * builds a tree in an array whose size the length of the text bounds: a node is made of at
 * least one byte. Recursion is bounded twice: going down, by JUDGE_DEPTH_MAX, counted where a
 * level can contain itself (a parenthesis, a sign); evaluating, by the number of nodes, since a
 * long chain `a + b + c + ...` is a tree that leans left.
 *
 * Names are numbered while parsing. Evaluation looks every name up once before it starts: that
 * is also what makes a missing name undefined wherever it stands.
 */
#include "grader/judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum op {
    OP_NUMBER,
    OP_NAME,
    OP_NOT,
    OP_NEGATE,
    OP_OR,
    OP_AND,
    OP_EQUAL,
    OP_DIFFERENT,
    OP_LESS,
    OP_AT_MOST,
    OP_GREATER,
    OP_AT_LEAST,
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_REMAINDER,
};

struct node {
    enum op op;
    int left;        /* of one operand: that operand */
    int right;       /* of two operands */
    long long value; /* OP_NUMBER: itself; OP_NAME: its number */
};

struct judge_expr {
    int root;
    size_t n_nodes;
    size_t n_names;
    char names[JUDGE_NAMES_MAX][JUDGE_NAME_MAX + 1];
    struct node nodes[];
};

struct parser {
    const char *text;
    size_t at;
    int depth;
    struct judge_expr *expr;
    struct error *error;
};

enum { FAILED = -1 }; /* instead of a node's number; the error is set */

__attribute__((format(printf, 2, 3))) static int fail(struct parser *p, const char *format, ...)
{
    char text[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    error_set(p->error, ERROR_USAGE, "column %zu: %s", p->at + 1, text);
    return FAILED;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static void skip_space(struct parser *p)
{
    while (p->text[p->at] != '\0' && strchr(" \t\r\n", p->text[p->at]))
        p->at++;
}

static int add_node(struct parser *p, enum op op, int left, int right, long long value)
{
    struct judge_expr *expr = p->expr;
    expr->nodes[expr->n_nodes] = (struct node){op, left, right, value};
    return (int)expr->n_nodes++;
}

/* Something stands where an operand or an operator should: say what, and what was meant. */
static int fail_unexpected(struct parser *p, const char *wanted)
{
    unsigned char c = (unsigned char)p->text[p->at];
    if (c == '\0')
        return fail(p, "%s expected, but the expression ends", wanted);
    if (c == '=')
        return fail(p, "'=' is not an operator here: compare with '=='");
    if (c == '&' || c == '|')
        return fail(p, "'%c' is not an operator here: write '%c%c'", c, c, c);
    if (c > ' ' && c < 127)
        return fail(p, "%s expected, not '%c'", wanted, c);
    return fail(p, "%s expected, not the byte 0x%02x", wanted, c);
}

static int parse_number(struct parser *p)
{
    long long value = 0;
    size_t start = p->at;
    while (is_digit(p->text[p->at])) {
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, p->text[p->at] - '0', &value)) {
            p->at = start;
            return fail(p, "the number does not fit in 64 bits");
        }
        p->at++;
    }
    if (starts_name(p->text[p->at]))
        return fail(p, "a number ends before '%c': only decimal numbers are known", p->text[p->at]);
    return add_node(p, OP_NUMBER, 0, 0, value);
}

static int parse_name(struct parser *p)
{
    struct judge_expr *expr = p->expr;
    const char *name = p->text + p->at;
    size_t length = 0;
    while (starts_name(name[length]) || is_digit(name[length]))
        length++;
    if (length > JUDGE_NAME_MAX)
        return fail(p, "the name is longer than %d bytes", JUDGE_NAME_MAX);
    size_t i = 0;
    while (i < expr->n_names &&
           (strncmp(expr->names[i], name, length) != 0 || expr->names[i][length] != '\0'))
        i++;
    if (i == JUDGE_NAMES_MAX)
        return fail(p, "more than %d different names", JUDGE_NAMES_MAX);
    if (i == expr->n_names) {
        memcpy(expr->names[i], name, length);
        expr->n_names++;
    }
    p->at += length;
    return add_node(p, OP_NAME, 0, 0, (long long)i);
}

static int parse_or(struct parser *p);

static int parse_parenthesis(struct parser *p)
{
    size_t open = p->at++;
    int inner = parse_or(p);
    if (inner == FAILED)
        return FAILED;
    skip_space(p);
    if (p->text[p->at] == '\0') {
        p->at = open;
        return fail(p, "this '(' is never closed");
    }
    if (p->text[p->at] != ')')
        return fail_unexpected(p, "an operator or ')'");
    p->at++;
    return inner;
}

static int parse_unary(struct parser *p)
{
    skip_space(p);
    char c = p->text[p->at];
    if (is_digit(c))
        return parse_number(p);
    if (starts_name(c))
        return parse_name(p);
    if (c != '!' && c != '-' && c != '(')
        return fail_unexpected(p, "a name, a number or '('");
    if (p->depth == JUDGE_DEPTH_MAX)
        return fail(p, "nested deeper than %d levels", JUDGE_DEPTH_MAX);
    p->depth++;
    int operand;
    if (c == '(') {
        operand = parse_parenthesis(p);
    } else {
        p->at++;
        operand = parse_unary(p);
        if (operand != FAILED)
            operand = add_node(p, c == '!' ? OP_NOT : OP_NEGATE, operand, 0, 0);
    }
    p->depth--;
    return operand;
}

struct operation {
    const char *text;
    enum op op;
};

/* The operators of a level; a longer one stands before its own beginning. */
static const struct operation multiplicative[] = {
    {"*", OP_MULTIPLY}, {"/", OP_DIVIDE}, {"%", OP_REMAINDER}, {NULL, 0}};
static const struct operation additive[] = {{"+", OP_ADD}, {"-", OP_SUBTRACT}, {NULL, 0}};
static const struct operation relational[] = {
    {"<=", OP_AT_MOST}, {">=", OP_AT_LEAST}, {"<", OP_LESS}, {">", OP_GREATER}, {NULL, 0}};
static const struct operation equality[] = {{"==", OP_EQUAL}, {"!=", OP_DIFFERENT}, {NULL, 0}};
static const struct operation conjunction[] = {{"&&", OP_AND}, {NULL, 0}};
static const struct operation disjunction[] = {{"||", OP_OR}, {NULL, 0}};

static const struct operation *find_operator(struct parser *p, const struct operation *operators)
{
    skip_space(p);
    for (; operators->text; operators++)
        if (strncmp(p->text + p->at, operators->text, strlen(operators->text)) == 0)
            return operators;
    return NULL;
}

typedef int parse_level(struct parser *p);

/* operand { operator operand }, leaning left. */
static int parse_chain(struct parser *p, const struct operation *operators, parse_level *operand,
                       bool compares)
{
    int left = operand(p);
    const struct operation *found;
    for (int n = 0; left != FAILED && (found = find_operator(p, operators)); n++) {
        if (compares && n > 0)
            return fail(p, "comparisons do not chain: write 'a %s b && b %s c'", found->text,
                        found->text);
        p->at += strlen(found->text);
        int right = operand(p);
        if (right == FAILED)
            return FAILED;
        left = add_node(p, found->op, left, right, 0);
    }
    return left;
}

static int parse_product(struct parser *p)
{
    return parse_chain(p, multiplicative, parse_unary, false);
}

static int parse_sum(struct parser *p)
{
    return parse_chain(p, additive, parse_product, false);
}

static int parse_relation(struct parser *p)
{
    return parse_chain(p, relational, parse_sum, true);
}

static int parse_equality(struct parser *p)
{
    return parse_chain(p, equality, parse_relation, true);
}

static int parse_and(struct parser *p)
{
    return parse_chain(p, conjunction, parse_equality, false);
}

static int parse_or(struct parser *p)
{
    return parse_chain(p, disjunction, parse_and, false);
}

struct judge_expr *judge_parse(const char *text, struct error *error)
{
    size_t length = strnlen(text, JUDGE_LENGTH_MAX + 1);
    if (length > JUDGE_LENGTH_MAX) {
        error_set(error, ERROR_USAGE, "column %d: the expression is longer than %d bytes",
                  JUDGE_LENGTH_MAX + 1, JUDGE_LENGTH_MAX);
        return NULL;
    }
    struct judge_expr *expr = calloc(1, sizeof *expr + (length + 1) * sizeof expr->nodes[0]);
    if (!expr) {
        error_set(error, ERROR_MACHINE, "out of memory");
        return NULL;
    }
    struct parser p = {.text = text, .expr = expr, .error = error};
    expr->root = parse_or(&p);
    if (expr->root != FAILED && text[p.at] != '\0')
        expr->root = fail_unexpected(&p, "an operator or the end");
    if (expr->root == FAILED) {
        judge_free(expr);
        return NULL;
    }
    return expr;
}

void judge_free(struct judge_expr *expr)
{
    free(expr);
}

static bool arithmetic(enum op op, long long a, long long b, long long *result)
{
    switch (op) {
    case OP_ADD:
        return !__builtin_add_overflow(a, b, result);
    case OP_SUBTRACT:
        return !__builtin_sub_overflow(a, b, result);
    case OP_MULTIPLY:
        return !__builtin_mul_overflow(a, b, result);
    default: /* division: by zero, or LLONG_MIN by -1, which overflows in C for % too */
        if (b == 0 || (b == -1 && __builtin_sub_overflow(0, a, result)))
            return false;
        *result = op == OP_DIVIDE ? a / b : a % b;
        return true;
    }
}

static bool compare(enum op op, long long a, long long b)
{
    switch (op) {
    case OP_EQUAL:
        return a == b;
    case OP_DIFFERENT:
        return a != b;
    case OP_LESS:
        return a < b;
    case OP_AT_MOST:
        return a <= b;
    case OP_GREATER:
        return a > b;
    default:
        return a >= b;
    }
}

/* False when the value is undefined. */
static bool evaluate(const struct judge_expr *expr, int at, const long long *values,
                     long long *result)
{
    const struct node *node = &expr->nodes[at];
    long long left, right;
    if (node->op == OP_NUMBER || node->op == OP_NAME) {
        *result = node->op == OP_NUMBER ? node->value : values[node->value];
        return true;
    }
    if (!evaluate(expr, node->left, values, &left))
        return false;
    if (node->op == OP_NOT) {
        *result = !left;
        return true;
    }
    if (node->op == OP_NEGATE)
        return arithmetic(OP_SUBTRACT, 0, left, result);
    if ((node->op == OP_AND && !left) || (node->op == OP_OR && left)) {
        *result = node->op == OP_OR;
        return true;
    }
    if (!evaluate(expr, node->right, values, &right))
        return false;
    if (node->op >= OP_ADD)
        return arithmetic(node->op, left, right, result);
    *result = node->op <= OP_AND ? right != 0 : compare(node->op, left, right);
    return true;
}

static bool look_up(const char *name, const struct input_value *space, size_t n, long long *value)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(space[i].name, name) == 0) {
            *value = space[i].value;
            return true;
        }
    return false;
}

enum judge_truth judge_holds(const struct judge_expr *expr, const struct input_value *answers,
                             size_t n_answers, const struct input_value *inputs, size_t n_inputs)
{
    long long values[JUDGE_NAMES_MAX];
    for (size_t i = 0; i < expr->n_names; i++)
        if (!look_up(expr->names[i], answers, n_answers, &values[i]) &&
            !look_up(expr->names[i], inputs, n_inputs, &values[i]))
            return JUDGE_UNDEFINED;
    long long result;
    if (!evaluate(expr, expr->root, values, &result))
        return JUDGE_UNDEFINED;
    return result ? JUDGE_TRUE : JUDGE_FALSE;
}

void judge_names(const struct judge_expr *expr, void (*see)(const char *name, void *data),
                 void *data)
{
    for (size_t i = 0; i < expr->n_names; i++)
        see(expr->names[i], data);
}
