/* test_sentence.c - sentences are UTF-8, even with invalid words. */
#include "base/sentence.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/utf8.h"
#include "support/random.h"

enum { LAWS = 10000, ROOM = 48 };

static void expect(size_t room, const char *word, const char *sentence) {
  char text[ROOM];
  zero__sentence(text, room, "<%s>", word);
  cr_expect_str_eq(text, sentence, "%s is %s", word, text);
}

Test(sentence, what_is_valid_stays) {
  expect(ROOM, "", "<>");
  expect(ROOM, "a \xE2\x82\xAC \xF0\x9F\x98\x80",
         "<a \xE2\x82\xAC \xF0\x9F\x98\x80>");
}

Test(sentence, each_byte_that_belongs_to_no_character_is_replaced) {
  expect(ROOM, "\xFF", "<\xEF\xBF\xBD>");
  expect(ROOM, "a\xC0\x80z", "<a\xEF\xBF\xBD\xEF\xBF\xBDz>");
  expect(ROOM, "\xE2\x82", "<\xEF\xBF\xBD\xEF\xBF\xBD>");
  expect(ROOM, "\xED\xA0\x80", "<\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD>");
}

Test(sentence, it_is_cut_between_characters) {
  expect(5, "\xE2\x82\xAC\xE2\x82\xAC", "<\xE2\x82\xAC");
  expect(6, "a\xE2\x82\xAC\xE2\x82\xAC", "<a\xE2\x82\xAC");
  expect(4, "\xE2\x82\xAC", "<");
  expect(5, "\xFF", "<\xEF\xBF\xBD");
  expect(4, "\xFF", "<");
  expect(8, "\xFF\xE2\x82\xAC", "<\xEF\xBF\xBD\xE2\x82\xAC");
  expect(1, "a", "");
}

Test(sentence, random_bytes_become_a_valid_text_that_fits) {
  struct zero_random random;
  zero_random_init(&random, "sentence");
  for (int i = 0; i < LAWS; i++) {
    char word[ROOM] = "";
    char text[ROOM + 1];
    size_t size = (size_t)zero_random_below(&random, ROOM);
    size_t room = 1 + (size_t)zero_random_below(&random, ROOM);
    for (size_t at = 0; at < size; at++) {
      word[at] = (char)(1 + zero_random_below(&random, 255));
    }
    text[room] = 'x';
    zero__sentence(text, room, "%s", word);
    size_t left = strlen(text);
    cr_assert_lt(left, room);
    cr_assert_eq(text[room], 'x');
    cr_assert_eq(zero__utf8_valid(text, left, NULL), left);
  }
}
