/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <locale.h>
#include <pthread.h>
#include <string.h>

#include "common/text/text.h"

static struct arena *arena;

static void begin(void)
{
    arena = arena_new();
    setenv("LANGUAGE", "fr:de", 1); /* would send gettext elsewhere if it were left */
    text_init(HP_BUILD_DIR "/share");
}

static void end(void)
{
    arena_free(arena);
}

TestSuite(text, .init = begin, .fini = end);

Test(text, chinese_comes_from_the_catalogue_without_any_locale_set)
{
    cr_assert_str_eq(setlocale(LC_ALL, NULL), "C");
    cr_assert_str_eq(text_in(LANGUAGE_ZH, "Log in"), "登录");
    cr_assert_str_eq(text_in(LANGUAGE_EN, "Log in"), "Log in");
    cr_assert_null(getenv("LANGUAGE"));
}

Test(text, what_has_no_translation_stays_and_the_header_never_shows)
{
    cr_assert_str_eq(text_in(LANGUAGE_ZH, "no such sentence 7"), "no such sentence 7");
    cr_assert_str_eq(text_in(LANGUAGE_ZH, ""), "");
}

Test(text, reasons_are_filled_and_own_words_translated)
{
    const char *draft[] = {"draft", "co_sign"};
    const char *name[] = {"notice"};
    const char *days[] = {"2023-02-30"};

    cr_assert_str_eq(text_reason(arena, LANGUAGE_EN, "not_found", name, 1),
                     "There is no notice with this id.");
    cr_assert_str_eq(text_reason(arena, LANGUAGE_ZH, "not_found", name, 1), "没有该编号的公示。");
    cr_assert_str_eq(text_reason(arena, LANGUAGE_ZH, "state_forbids", draft, 1),
                     "“草稿”状态下不能进行：。");
    cr_assert_str_eq(text_reason(arena, LANGUAGE_ZH, "date_bad", days, 1),
                     "2023-02-30 不是 YYYY-MM-DD 形式的日期。");
    cr_assert_str_eq(text_reason(arena, LANGUAGE_ZH, "of_a_newer_service", NULL, 0),
                     "of_a_newer_service");
}

Test(text, braces_that_are_no_place_stay)
{
    const char *args[] = {"x"};

    cr_assert_str_eq(text_fill(arena, LANGUAGE_EN, "{a} {0} {1} {0", args, 1), "{a} x  {0");
}

Test(text, language_follows_the_weights_of_the_header)
{
    cr_assert_eq(text_language_http(NULL), LANGUAGE_ZH);
    cr_assert_eq(text_language_http(""), LANGUAGE_ZH);
    cr_assert_eq(text_language_http("en"), LANGUAGE_EN);
    cr_assert_eq(text_language_http("en-GB,en;q=0.9"), LANGUAGE_EN);
    cr_assert_eq(text_language_http("zh-CN,zh;q=0.9,en;q=0.8"), LANGUAGE_ZH);
    cr_assert_eq(text_language_http("zh;q=0.5, en;q=0.51"), LANGUAGE_EN);
    cr_assert_eq(text_language_http("fr, en;q=0.1"), LANGUAGE_EN);
    cr_assert_eq(text_language_http("en;q=0, fr"), LANGUAGE_ZH);
    cr_assert_eq(text_language_http("en;q=0.2,*;q=0.1"), LANGUAGE_EN);
    cr_assert_eq(text_language_http("eng, english"), LANGUAGE_ZH);
    cr_assert_eq(text_language_http("ZH-hans ; q=0.3 , EN ;q=1.0"), LANGUAGE_EN);
    cr_assert_eq(text_language_http(",,,;;;q=,=en"), LANGUAGE_ZH);
    cr_assert_eq(text_language_http("en;q=x"), LANGUAGE_ZH);
}

static enum language at_terminal(const char *all, const char *lang, const char *language)
{
    unsetenv("LC_ALL"), unsetenv("LC_MESSAGES"), unsetenv("LANG"), unsetenv("LANGUAGE");
    if (all)
        setenv("LC_ALL", all, 1);
    if (lang)
        setenv("LANG", lang, 1);
    if (language)
        setenv("LANGUAGE", language, 1);
    return text_language_env();
}

Test(text, terminal_language_follows_the_usual_variables)
{
    unsetenv("LANGUAGE");
    cr_assert_eq(at_terminal(NULL, "zh_CN.UTF-8", "en"), LANGUAGE_EN);
    cr_assert_eq(at_terminal(NULL, "en_US.UTF-8", "zh_CN:en"), LANGUAGE_ZH);
    cr_assert_eq(at_terminal(NULL, "C", "zh_CN"), LANGUAGE_EN);
    cr_assert_eq(at_terminal("C", "zh_CN.UTF-8", NULL), LANGUAGE_EN);
    cr_assert_eq(at_terminal("de_DE", NULL, "zh"), LANGUAGE_ZH);
}

Test(terminal, language_follows_lang_when_nothing_else_is_set)
{
    cr_assert_eq(at_terminal(NULL, "zh_CN.UTF-8", NULL), LANGUAGE_ZH);
    cr_assert_eq(at_terminal("", "zh", NULL), LANGUAGE_ZH);
    cr_assert_eq(at_terminal(NULL, "C.UTF-8", NULL), LANGUAGE_EN);
    cr_assert_eq(at_terminal(NULL, NULL, NULL), LANGUAGE_EN);
}

static void *look_up(void *arg)
{
    enum language language = *(enum language *)arg;

    for (int i = 0; i < 20000; i++)
        if (strcmp(text_in(language, "Log out"),
                   language == LANGUAGE_ZH ? "退出登录" : "Log out") != 0)
            return (void *)"wrong";
    return NULL;
}

Test(text, threads_read_both_languages_at_once)
{
    enum language languages[] = {LANGUAGE_ZH, LANGUAGE_EN, LANGUAGE_ZH, LANGUAGE_EN};
    pthread_t threads[4];
    void *wrong;

    for (int i = 0; i < 4; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, look_up, &languages[i]), 0);
    for (int i = 0; i < 4; i++) {
        cr_assert_eq(pthread_join(threads[i], &wrong), 0);
        cr_assert_null(wrong);
    }
}
