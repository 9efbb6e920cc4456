"""
Makes the embedded model: pages, samples, vocabulary, training, export and evaluation.
"""
