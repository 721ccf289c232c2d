"""Functions about text."""


def count_vowels(text):
    """Count the vowels a, e, i, o and u, in either case.

    >>> count_vowels("Orange Juice")
    6
    """
    return sum(letter in "aeiou" for letter in text.lower())


def is_palindrome(text):
    """Tell whether the letters of a text read the same backwards, ignoring case and punctuation.

    >>> is_palindrome("Never odd or even!")
    True
    >>> is_palindrome("lemon")
    False
    """
    letters = [c.lower() for c in text if c.isalnum()]
    return letters == letters[::-1]


def word_frequencies(text):
    """Return how often each word occurs in a text, in lower case.

    >>> word_frequencies("the cat and the dog")
    {'the': 2, 'cat': 1, 'and': 1, 'dog': 1}
    """
    counts = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return counts


def caesar(text, shift):
    """Move every letter `shift` places on in the alphabet and leave everything else as it is.

    >>> caesar("Xyz, abc", 3)
    'Abc, def'
    """
    result = []
    for c in text:
        if c.isascii() and c.isalpha():
            start = ord("A") if c.isupper() else ord("a")
            c = chr((ord(c) - start + shift) % 26 + start)
        result.append(c)
    return "".join(result)


def title_case(sentence, small=("a", "an", "and", "of", "the", "to")):
    """Capitalise each word except small ones, but always the first.

    >>> title_case("the lord of the rings")
    'The Lord of the Rings'
    """
    words = sentence.lower().split()
    return " ".join(w if i and w in small else w.capitalize() for i, w in enumerate(words))


def run_length_encode(text):
    """Replace each run of equal characters by the character and the length of the run.

    >>> run_length_encode("aaabccd")
    'a3b1c2d1'
    """
    encoded = ""
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or text[i] != text[start]:
            encoded += f"{text[start]}{i - start}"
            start = i
    return encoded


def longest_word(sentence):
    """Return the longest word of a sentence without its punctuation; the first one if several are as long.

    >>> longest_word("Bees, wasps and hornets sting.")
    'hornets'
    """
    words = [word.strip(".,;:!?") for word in sentence.split()]
    return max(words, key=len)


def are_anagrams(first, second):
    """Tell whether two phrases use the same letters equally often.

    >>> are_anagrams("Dormitory", "dirty room")
    True
    """
    def letters(phrase):
        return sorted(c for c in phrase.lower() if c.isalpha())

    return letters(first) == letters(second)


def camel_to_snake(name):
    """Turn a camelCase name into snake_case.

    >>> camel_to_snake("maxRetryCount")
    'max_retry_count'
    """
    snake = ""
    for c in name:
        snake += "_" + c.lower() if c.isupper() else c
    return snake.lstrip("_")


def balanced(text):
    """Tell whether all round, square and curly brackets are closed in the right order.

    >>> balanced("f(a[1], {b})"), balanced("(]")
    (True, False)
    """
    closing = {")": "(", "]": "[", "}": "{"}
    stack = []
    for c in text:
        if c in closing.values():
            stack.append(c)
        elif c in closing:
            if not stack or stack.pop() != closing[c]:
                return False
    return not stack


def wrap(text, width):
    """Break a text into lines of at most `width` characters, only between words.

    >>> wrap("to be or not to be", 8)
    ['to be or', 'not to', 'be']
    """
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        lines.append(line)
    return lines


def hamming_distance(a, b):
    """Count the positions at which two strings of equal length differ.

    >>> hamming_distance("karolin", "kathrin")
    3
    """
    if len(a) != len(b):
        raise ValueError("the strings differ in length")
    return sum(x != y for x, y in zip(a, b))


def edit_distance(a, b):
    """Return the least number of insertions, deletions and replacements that turn a into b.

    >>> edit_distance("kitten", "sitting")
    3
    """
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (x != y)))
        previous = current
    return previous[-1]


def parse_duration(text):
    """Turn a duration such as '1h30m' or '45s' into seconds.

    >>> parse_duration("1h30m"), parse_duration("45s")
    (5400, 45)
    """
    seconds, number = 0, ""
    for c in text:
        if c.isdigit():
            number += c
        else:
            seconds += int(number) * {"h": 3600, "m": 60, "s": 1}[c]
            number = ""
    return seconds


def mask_email(address):
    """Hide all but the first letter of the name in an e-mail address.

    >>> mask_email("maria@example.org")
    'm****@example.org'
    """
    name, domain = address.split("@")
    return name[0] + "*" * (len(name) - 1) + "@" + domain


def acronym(phrase):
    """Return the first letters of the words of a phrase as capitals; hyphens separate words too.

    >>> acronym("portable network graphics")
    'PNG'
    >>> acronym("first-in first-out")
    'FIFO'
    """
    return "".join(word[0].upper() for word in phrase.replace("-", " ").split())
