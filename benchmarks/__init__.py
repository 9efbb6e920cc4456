"""
Measures of the product: quality on real pages, speed. Results lie under ``benchmarks/results``.
"""
