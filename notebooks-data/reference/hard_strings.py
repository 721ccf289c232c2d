"""Strings that tokenizers get wrong: scripts, joiners, odd spaces, numerals, controls, long words, code."""

import random

BY_HAND = [
    "", " ", "  ", "   ", "\n", "\n\n", "\r\n", "\r\n\r\n", "\t", "\t\t\t", " \n", "\n ", " \n ", "\n \n", "  \n\n  ",
    "a", " a", "a ", " a ", "  a  ", "a b", "a  b", "a   b", "a\nb", "a \nb", "a\n b", "a \n b", "a\n\n\nb", "a\r\nb",
    "a\r\n\r\nb", "a \r\n \r\n b", "a\rb", "\ra", "a\tb", "a\t\tb", "a \tb", "a\t b", "\ta", "a\t", "x\n  y\n    z\n",
    "Hello, world!", "Hello,world!", "hello HELLO Hello hELLO", "The quick brown fox jumps over the lazy dog.",
    "don't can't won't it's I'm you're we've she'll he'd", "DON'T CAN'T IT'S I'M YOU'RE WE'VE SHE'LL HE'D",
    "'s 't 're 've 'm 'll 'd", "'S 'T 'RE 'VE 'M 'LL 'D", "'stuff 'table 'really 'very 'more 'llama 'done",
    "a's b't", "x''s", "'", "''", "'''", "' s", "'\n", "' 's", "rock 'n' roll", "o'clock", "'\u017f 'tis \u017f", "it\u2019s don\u2019t",
    "'rE 'vE 'lL 'Re 'r 'l 'v", "'\u0130 '\u212a",
    "1", "12", "123", "1234", "12345", "1234567890", "3.14159", "1,000,000", "-17", "1e-10", "0x1F", "10%", "$100", "a1", "1a",
    "a1b2c3", " 1", "  12", "1 2 3", "2024-01-31T12:34:56Z", "+1 (555) 010-9999", "v1.2.3", "H2O", "x^2", "50/50", "1st 2nd 3rd",
    "\u0661\u0662\u0663\u0664", "\u06f1\u06f2\u06f3", "\u0967\u0968\u0969\u096a\u096b", "\u09e7\u09e8\u09e9", "\u0e51\u0e52\u0e53",
    "\u4e00\u4e8c\u4e09\u56db", "\u2160\u2161\u2162\u2163", "\u2460\u2461\u2462", "\u00b2\u00b3\u00b9", "\u00bd\u00be\u2153", "\uff11\uff12\uff13",
    "\U0001d7d8\U0001d7d9", "\U00011de0\U00011de1", "a\u0661b\u0662", "\u0661 \u0662 3", "\U00016ff4x", "\u3007", "\u5341\u4e8c",
    "\u00a0", "a\u00a0b", "\u00a0a", "a\u00a0", "\u00a0\u00a0a", " \u00a0a", "\u2028", "a\u2028b", "\u2029a", "a\u3000b", "\u3000\u3000a",
    "a\u200bb", "\u200b", " \u200b ", "a\u2009b", "\u202fa", "a\u1680b", "a\u205fb", "\u0085", "a\u0085b", "\u0085\u0085b", "\u000b", "a\u000bb",
    "\u000c", "a\u000c\u000cb", "\ufeffa", "a\ufeff", "\u180e", "\u2060a", "\u001c\u001d\u001e\u001fa",
    "\x00", "a\x00b", "\x00\x00", "\x01\x02\x03", "\x7f", "\x1b[31mred\x1b[0m", "a\x08b", "\u0080\u0081\u009f", "\ufffd", "a\ufffdb", "\ufffd\ufffd",
    "\uffff", "\ufdd0", "\U0010ffff", "\ue000", "\U000f0000",
    "\u00e9", "e\u0301", "caf\u00e9 cafe\u0301", "a\u0300\u0301\u0302\u0303", "\u0301", " \u0301", "\u0301a", "Z\u0351\u036b\u0343a\u0327\u0328l\u0334g\u0335o\u0336",
    "\u00c5\u212b A\u030a", "\u1e9e \u00df", "\ufb01\ufb02", "\u0149", "\u01c5", "\u0345", "\u1100\u1161\u11a8", "\uac00\u11a8", "\ud55c\uad6d\uc5b4 \ubb38\uc7a5",
    "\u0958", "\u0915\u093c", "\u2126 \u03a9", "\u1e69 s\u0323\u0307 s\u0307\u0323", "\U0001d15e", "\uf900",
    "\u4f60\u597d\uff0c\u4e16\u754c\uff01", "\u65e5\u672c\u8a9e\u306e\u6587\u7ae0\u3067\u3059\u3002", "\u30ab\u30bf\u30ab\u30ca\u3072\u3089\u304c\u306a", "\uff76\uff9e\uff77\uff9e",
    "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440!", "\u0393\u03b5\u03b9\u03ac \u03c3\u03bf\u03c5 \u039a\u03cc\u03c3\u03bc\u03b5", "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645",
    "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd", "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e", "\u09b9\u09cd\u09af\u09be\u09b2\u09cb", "\u0bb5\u0ba3\u0b95\u0bcd\u0b95\u0bae\u0bcd",
    "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e0a\u0e32\u0e27\u0e42\u0e25\u0e01", "\u1006\u1001\u103b", "\u1780\u1798\u17d2\u1796\u17bb", "\u0e9a\u0ecd\u0ec8", "\u10d2\u10d0\u10db\u10d0\u10e0\u10ef\u10dd\u10d1\u10d0", "\u0532\u0561\u0580\u0587",
    "\u1230\u120b\u121d", "\u13a3\u13b3\u13a9", "\u1401\u1403\u1405", "\ua4d0\ua4d1", "\U00010330\U00010331", "\U00012000", "\U00020000\U0002a6d6", "\U000323af", "\U00031350",
    "Vi\u1ec7t Nam ti\u1ebfng Vi\u1ec7t", "\u0130stanbul \u0131\u015f\u0131k", "na\u00efve fa\u00e7ade", "\u0141\u00f3d\u017a", "\u00de\u00f3r\u00f0ur",
    "\U0001f600", "\U0001f600\U0001f601\U0001f602", "a\U0001f600b", " \U0001f600 ", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", "\U0001f44d\U0001f3fd", "\u2764\ufe0f", "\u2764", "1\ufe0f\u20e3", "\U0001f9d1\U0001f3fe\u200d\U0001f4bb works", "\u263a\u263b", "\u2192\u21d2\u2194", "\u2211\u222b\u221a\u221e",
    "\u2014\u2013-\u2010", "\u2026...", "\u00ab\u00bb\u201c\u201d\u2018\u2019", "\u3001\u3002\u300c\u300d", "\u061f\u060c", "!!!", "!?!?", "...", "a.b.c", "-----", "=====", "***", "#$%^&*()", "[]{}<>",
    "!a", "!!a", " !a", " !!a", "!\n", "!\n\n", " !\n\na", "!\r\n", "a!\n b", "?!\n\t\n", "(a)", "\"a\"", "a_b", "_a", "__init__", "a-b", "a/b", "\\n", "\\\\", "`a`", "~", "@user", "#tag", "a@b.co",
    "def f(x):\n    return x + 1\n", "if (a && b) { c(); }", "for (int i = 0; i < n; ++i) {\n\tsum += x[i];\n}\n", "SELECT * FROM t WHERE a = 'b';", "<html><body class=\"x\">&amp;</body></html>",
    "{\"key\": [1, 2.5, null, true], \"\u00fc\": \"\\u00e9\"}", "https://example.org/a/b?c=d&e=f#g", "C:\\Windows\\System32", "let x: [Int] = [1, 2]\r\n\tprint(x)", "$\\frac{a}{b}$", "camelCaseWord snake_case_word SCREAMING_CASE",
    "<|endoftext|>", "a<|endoftext|>b", "<|im_start|>user\nhi<|im_end|>\n", "<|im_start|><|im_end|>", " <|im_end|> ", "<|im_end|", "<|im_end|>>", "<<|im_end|>", "<|im_<|im_end|>", "<|IM_END|>", "<|im_end|>\n\n<|im_start|>",
    "<repo_name>x", "<file_sep>\n", "| im_end |", "<|endoftext|><|endoftext|>",
    "a" * 30, "a" * 39, "a" * 40, "a" * 41, "a" * 500, "ab" * 300, "abcdefghij" * 100, "\u00e9" * 100, "\u4e2d" * 100, "\U0001f600" * 50, " " * 100, " " * 100 + "a", "\n" * 100, "\t" * 64 + "x", "-" * 200, "1" * 100,
    "Pneumonoultramicroscopicsilicovolcanoconiosis", "Donaudampfschifffahrtselektrizit\u00e4tenhauptbetriebswerkbauunterbeamtengesellschaft", "the" * 80, "xyzzy" * 31 + "!",
    "antidisestablishmentarianism " * 5, "a b c d e f g h i j k l m n o p q r s t u v w x y z", "\u00a0 \u00a0 \u00a0x", "a\u0301\u200d\u0302b", "\u202eabc\u202c", "\u2066x\u2069", "x\u00adz", "\u034f",
]


def mixtures(count, seed=20240131):
    """Random texts over an alphabet of trouble."""
    generator = random.Random(seed)
    parts = [
        "a", "Z", "the", "ing", " ", "  ", "\n", "\r\n", "\t", "'s", "'LL", "'", "1", "42", "\u0663", "\u00bd", "!", "...", "\u3002", "\u00e9", "e\u0301", "\u4e2d",
        "\u0915\u094d", "\U0001f600", "\u200d", "\ufe0f", "\u00a0", "\u2028", "\u3000", "\u0085", "\x00", "<|im_end|>", "<", "|", "_", "\u0301", "\u017f", "\ud55c", "\u05d0", "\u0e01\u0e33",
    ]
    return ["".join(generator.choices(parts, k=generator.randint(2, 40))) for _ in range(count)]


HARD = BY_HAND + mixtures(80)
