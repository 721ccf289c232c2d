"""Functions about numbers."""


def digit_sum(n):
    """Return the sum of the decimal digits of n, whose sign does not matter.

    >>> digit_sum(4071)
    12
    >>> digit_sum(-25)
    7
    """
    return sum(int(digit) for digit in str(abs(n)))


def is_leap_year(year):
    """Tell whether a year of the Gregorian calendar has 366 days.

    >>> [is_leap_year(y) for y in (1900, 2000, 2023, 2024)]
    [False, True, False, True]
    """
    if year % 100 == 0:
        return year % 400 == 0
    return year % 4 == 0


def greatest_common_divisor(a, b):
    """Return the largest integer that divides both a and b.

    >>> greatest_common_divisor(48, 36)
    12
    """
    while b:
        a, b = b, a % b
    return abs(a)


def primes_below(limit):
    """Return all prime numbers smaller than limit, with the sieve of Eratosthenes.

    >>> primes_below(20)
    [2, 3, 5, 7, 11, 13, 17, 19]
    >>> primes_below(2)
    []
    """
    if limit < 3:
        return []
    prime = [True] * limit
    prime[0] = prime[1] = False
    for n in range(2, int(limit ** 0.5) + 1):
        if prime[n]:
            for multiple in range(n * n, limit, n):
                prime[multiple] = False
    return [n for n in range(limit) if prime[n]]


def factorise(n):
    """Return the prime factors of a positive integer in ascending order.

    >>> factorise(360)
    [2, 2, 2, 3, 3, 5]
    >>> factorise(97)
    [97]
    """
    factors = []
    divisor = 2
    while divisor * divisor <= n:
        while n % divisor == 0:
            factors.append(divisor)
            n //= divisor
        divisor += 1
    if n > 1:
        factors.append(n)
    return factors


def fibonacci(count):
    """Return the first `count` Fibonacci numbers, beginning with 0 and 1.

    >>> fibonacci(8)
    [0, 1, 1, 2, 3, 5, 8, 13]
    """
    numbers = []
    a, b = 0, 1
    for _ in range(count):
        numbers.append(a)
        a, b = b, a + b
    return numbers


def to_roman(n):
    """Write an integer from 1 to 3999 in Roman numerals.

    >>> to_roman(1994)
    'MCMXCIV'
    """
    symbols = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
               (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
    numeral = ""
    for value, symbol in symbols:
        while n >= value:
            numeral += symbol
            n -= value
    return numeral


def collatz_steps(n):
    """Count the steps until n becomes 1, halving even numbers and taking 3n + 1 of odd ones.

    >>> collatz_steps(6)
    8
    """
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def clamp(x, low, high):
    """Limit x to the range from low to high.

    >>> clamp(15, 0, 10), clamp(-3, 0, 10), clamp(4, 0, 10)
    (10, 0, 4)
    """
    return max(low, min(x, high))


def median(values):
    """Return the middle value of a non-empty list, or the mean of the two middle ones.

    >>> median([7, 1, 5])
    5
    >>> median([4, 1, 3, 2])
    2.5
    """
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def integer_square_root(n):
    """Return the largest integer whose square is at most n, by bisection.

    >>> integer_square_root(99)
    9
    >>> integer_square_root(100)
    10
    """
    low, high = 0, n + 1
    while high - low > 1:
        middle = (low + high) // 2
        if middle * middle <= n:
            low = middle
        else:
            high = middle
    return low


def compound_interest(principal, percent, years):
    """Return what a deposit grows to with yearly interest, rounded to cents.

    >>> compound_interest(1000, 5, 2)
    1102.5
    """
    for _ in range(years):
        principal += principal * percent / 100
    return round(principal, 2)


def to_base(n, base):
    """Write a non-negative integer in a base from 2 to 16.

    >>> to_base(255, 16)
    'ff'
    >>> to_base(0, 2)
    '0'
    """
    digits = ""
    while n or not digits:
        n, remainder = divmod(n, base)
        digits = "0123456789abcdef"[remainder] + digits
    return digits


def is_perfect(n):
    """Tell whether n equals the sum of its divisors other than itself.

    >>> [n for n in range(2, 500) if is_perfect(n)]
    [6, 28, 496]
    """
    return n > 1 and sum(d for d in range(1, n // 2 + 1) if n % d == 0) == n


def pascal_row(n):
    """Return row n of Pascal's triangle; row 0 is [1].

    >>> pascal_row(4)
    [1, 4, 6, 4, 1]
    """
    row = [1]
    for k in range(n):
        row.append(row[-1] * (n - k) // (k + 1))
    return row


def luhn_valid(number):
    """Check the last digit of a card number, given as a string, with Luhn's rule.

    >>> luhn_valid("79927398713"), luhn_valid("79927398710")
    (True, False)
    """
    total = 0
    for position, digit in enumerate(reversed(number)):
        value = int(digit)
        if position % 2 == 1:
            value *= 2
            if value > 9:
                value -= 9
        total += value
    return total % 10 == 0
