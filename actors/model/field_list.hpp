// What ACTA_FIELDS does with a list of fields, before the compiler sees it. An element of the list
// is `field` or `(field, fallback)`. A list ends with an empty element: so a macro with `...` never
// lacks its last argument, which clang does not allow with -Wpedantic.
#pragma once

// DO(Type, element) for each element, separated by commas. A step needs a scan of its own, and
// there are 85. An error shows the macro of the step that has none left: hence its name.
#define ACTA_INTERNAL_EACH(DO, Type, ...) \
  __VA_OPT__(ACTA_INTERNAL_SCAN(ACTA_INTERNAL_STEP(DO, Type, __VA_ARGS__)))
#define ACTA_INTERNAL_STEP(DO, Type, element, ...) \
  DO(Type, element)                                \
  __VA_OPT__(, ACTA_FIELDS_TAKES_64_AT_MOST ACTA_INTERNAL_CALL(DO, Type, __VA_ARGS__))
#define ACTA_FIELDS_TAKES_64_AT_MOST() ACTA_INTERNAL_STEP
#define ACTA_INTERNAL_CALL ()

#define ACTA_INTERNAL_SCAN(...) \
  ACTA_INTERNAL_SCAN_16(        \
      ACTA_INTERNAL_SCAN_16(ACTA_INTERNAL_SCAN_16(ACTA_INTERNAL_SCAN_16(__VA_ARGS__))))
#define ACTA_INTERNAL_SCAN_16(...) \
  ACTA_INTERNAL_SCAN_4(            \
      ACTA_INTERNAL_SCAN_4(ACTA_INTERNAL_SCAN_4(ACTA_INTERNAL_SCAN_4(__VA_ARGS__))))
#define ACTA_INTERNAL_SCAN_4(...) \
  ACTA_INTERNAL_ITSELF(           \
      ACTA_INTERNAL_ITSELF(ACTA_INTERNAL_ITSELF(ACTA_INTERNAL_ITSELF(__VA_ARGS__))))
#define ACTA_INTERNAL_ITSELF(...) __VA_ARGS__

// `plain`, or `in_parentheses` if the element is. Only then is its COMMA a call, which moves
// what stands third.
#define ACTA_INTERNAL_EITHER(element, plain, in_parentheses) \
  ACTA_INTERNAL_PICK(ACTA_INTERNAL_COMMA element, in_parentheses, plain, )
#define ACTA_INTERNAL_COMMA(...) ,
#define ACTA_INTERNAL_PICK(...) ACTA_INTERNAL_THIRD(__VA_ARGS__)
#define ACTA_INTERNAL_THIRD(first, second, third, ...) third

// The name in an element, and its fallback.
#define ACTA_INTERNAL_NAME(element) \
  ACTA_INTERNAL_EITHER(element, ACTA_INTERNAL_WHOLE, ACTA_INTERNAL_FIRST)(element)
#define ACTA_INTERNAL_WHOLE(element) element
#define ACTA_INTERNAL_FIRST(element) ACTA_INTERNAL_HEAD element
#define ACTA_INTERNAL_HEAD(name, ...) name
#define ACTA_INTERNAL_TAIL(name, ...) __VA_ARGS__
