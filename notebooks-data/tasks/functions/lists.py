"""Functions about lists."""


def flatten(nested):
    """Return the elements of lists within lists, to any depth, as one list.

    >>> flatten([1, [2, [3, 4]], [], 5])
    [1, 2, 3, 4, 5]
    """
    flat = []
    for element in nested:
        if isinstance(element, list):
            flat.extend(flatten(element))
        else:
            flat.append(element)
    return flat


def chunks(items, size):
    """Cut a list into pieces of `size` elements; the last may be shorter.

    >>> chunks([1, 2, 3, 4, 5], 2)
    [[1, 2], [3, 4], [5]]
    """
    return [items[i:i + size] for i in range(0, len(items), size)]


def unique(items):
    """Return the elements without repetitions, in the order in which they first appear.

    >>> unique([3, 1, 3, 2, 1])
    [3, 1, 2]
    """
    seen = set()
    result = []
    for item in items:
        if item not in seen:
            seen.add(item)
            result.append(item)
    return result


def rotate(items, k):
    """Return the list moved k places to the right, so that the end comes to the front.

    >>> rotate([1, 2, 3, 4, 5], 2)
    [4, 5, 1, 2, 3]
    >>> rotate([], 3)
    []
    """
    if not items:
        return []
    k %= len(items)
    return items[-k:] + items[:-k]


def binary_search(ordered, target):
    """Return the index of target in an ascending list, or -1 if it is not there.

    >>> binary_search([2, 5, 8, 13, 21], 13)
    3
    >>> binary_search([2, 5, 8], 6)
    -1
    """
    low, high = 0, len(ordered) - 1
    while low <= high:
        middle = (low + high) // 2
        if ordered[middle] == target:
            return middle
        if ordered[middle] < target:
            low = middle + 1
        else:
            high = middle - 1
    return -1


def merge_sorted(a, b):
    """Merge two ascending lists into one.

    >>> merge_sorted([1, 4, 9], [2, 3, 10])
    [1, 2, 3, 4, 9, 10]
    """
    merged = []
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i] <= b[j]:
            merged.append(a[i])
            i += 1
        else:
            merged.append(b[j])
            j += 1
    return merged + a[i:] + b[j:]


def running_mean(values, window):
    """Return the mean of every `window` neighbouring values.

    >>> running_mean([2, 4, 6, 8], 2)
    [3.0, 5.0, 7.0]
    """
    return [sum(values[i:i + window]) / window for i in range(len(values) - window + 1)]


def largest_gap(values):
    """Return the largest difference between neighbours after sorting, 0 for fewer than two values.

    >>> largest_gap([3, 10, 1, 4])
    6
    """
    ordered = sorted(values)
    return max((b - a for a, b in zip(ordered, ordered[1:])), default=0)


def best_profit(prices):
    """Return the most that one purchase and one later sale can earn, 0 if prices only fall.

    >>> best_profit([7, 1, 5, 3, 6, 4])
    5
    """
    lowest = float("inf")
    profit = 0
    for price in prices:
        lowest = min(lowest, price)
        profit = max(profit, price - lowest)
    return profit


def two_sum(numbers, target):
    """Return the indices of two numbers that add up to target, or None.

    >>> two_sum([2, 7, 11, 15], 18)
    (1, 2)
    """
    where = {}
    for i, n in enumerate(numbers):
        if target - n in where:
            return where[target - n], i
        where[n] = i
    return None


def insertion_sort(items):
    """Return a sorted copy of a list, by inserting each element where it belongs.

    >>> insertion_sort([5, 2, 9, 1])
    [1, 2, 5, 9]
    """
    result = list(items)
    for i in range(1, len(result)):
        value = result[i]
        j = i
        while j > 0 and result[j - 1] > value:
            result[j] = result[j - 1]
            j -= 1
        result[j] = value
    return result


def longest_increasing_run(values):
    """Return the length of the longest stretch in which each value is larger than the one before.

    >>> longest_increasing_run([1, 2, 2, 3, 4, 1])
    3
    """
    best = run = 0
    previous = None
    for value in values:
        run = run + 1 if previous is not None and value > previous else 1
        best = max(best, run)
        previous = value
    return best


def split_by(items, keep):
    """Return two lists: the elements for which keep is true, and the others.

    >>> split_by([1, 2, 3, 4, 5], lambda n: n > 3)
    ([4, 5], [1, 2, 3])
    """
    yes, no = [], []
    for item in items:
        (yes if keep(item) else no).append(item)
    return yes, no


def majority(votes):
    """Return what more than half of a list consists of, or None, with a single counter.

    >>> majority(["a", "b", "a", "a"])
    'a'
    >>> majority(["a", "b"]) is None
    True
    """
    candidate, count = None, 0
    for vote in votes:
        if count == 0:
            candidate = vote
        count += 1 if vote == candidate else -1
    return candidate if votes.count(candidate) * 2 > len(votes) else None


def prefix_sums(values):
    """Return the sums of the first 0, 1, 2, … values.

    >>> prefix_sums([3, 1, 4])
    [0, 3, 4, 8]
    """
    sums = [0]
    for value in values:
        sums.append(sums[-1] + value)
    return sums


def overlap(first, second):
    """Return the part that two intervals (start, end) have in common, or None.

    >>> overlap((1, 5), (3, 9))
    (3, 5)
    >>> overlap((1, 2), (4, 6)) is None
    True
    """
    start = max(first[0], second[0])
    end = min(first[1], second[1])
    return (start, end) if start < end else None
