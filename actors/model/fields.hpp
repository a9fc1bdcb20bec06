// Writes inspect() for a type whose fields are all named, in the namespace of the type:
//
//   struct deposit {
//     std::int64_t minor_units = 0;
//     std::string reference;
//   };
//   ACTA_FIELDS(deposit, minor_units, (reference, ""))
//
// `(reference, "")` gives the field a fallback, as `.fallback("")` does. Names, order and fallbacks
// are those of an inspect() written by hand: schema and stored bytes are the same. A type without
// fields is `ACTA_FIELDS(close)`. A type has 64 fields at most.
//
// A field that the list leaves out is an error if the type is an aggregate of C++: a struct without
// constructors and private members. The compiler cannot count the fields of other classes, nor
// those of a struct with a base class. Write inspect() by hand for a class with private state, for
// a template, and for a field that has another name than its member.
#pragma once

#include "actors/model/field_count.hpp"
#include "actors/model/field_list.hpp"
#include "actors/model/inspect.hpp"

/// Writes inspect(): takes the type, then each of its fields, or `(field, fallback)`.
#define ACTA_FIELDS(...) ACTA_INTERNAL_FIELDS(__VA_ARGS__, )

#define ACTA_INTERNAL_FIELDS(Type, ...)                                                      \
  template <class Inspector>                                                                 \
  bool inspect(Inspector& acta_inspector, Type& acta_object) {                               \
    return acta_inspector.object(acta_object)                                                \
        .fields(ACTA_INTERNAL_EACH(ACTA_INTERNAL_FIELD, Type, __VA_ARGS__));                 \
  }                                                                                          \
  static_assert(                                                                             \
      ::acta::detail::distinct({ACTA_INTERNAL_EACH(ACTA_INTERNAL_TEXT, Type, __VA_ARGS__)}), \
      "acta: ACTA_FIELDS names a field twice, of " #Type);                                   \
  consteval bool acta_leaves_out_a_field(const Type*) {                                      \
    return ACTA_INTERNAL_LEFT_OUT(Type, __VA_ARGS__);                                        \
  }                                                                                          \
  static_assert(!acta_leaves_out_a_field(static_cast<Type*>(nullptr)),                       \
                "acta: ACTA_FIELDS leaves out a field of " #Type);

// Each takes the type and an element of the list.
#define ACTA_INTERNAL_FIELD(Type, element)                     \
  ACTA_INTERNAL_NAMED_FIELD(Type, ACTA_INTERNAL_NAME(element)) \
  ACTA_INTERNAL_EITHER(element, ACTA_INTERNAL_NO_FALLBACK, ACTA_INTERNAL_FALLBACK)(element)
#define ACTA_INTERNAL_NAMED_FIELD(...) ACTA_INTERNAL_FIELD_CALL(__VA_ARGS__)
#define ACTA_INTERNAL_FIELD_CALL(Type, name) acta_inspector.field(#name, acta_object.*(&Type::name))
#define ACTA_INTERNAL_NO_FALLBACK(element)
#define ACTA_INTERNAL_FALLBACK(element) .fallback(ACTA_INTERNAL_TAIL element)
#define ACTA_INTERNAL_TEXT(Type, element) ACTA_INTERNAL_QUOTE(ACTA_INTERNAL_NAME(element))
#define ACTA_INTERNAL_QUOTE(...) ACTA_INTERNAL_TEXT_OF(__VA_ARGS__)
#define ACTA_INTERNAL_TEXT_OF(name) #name
