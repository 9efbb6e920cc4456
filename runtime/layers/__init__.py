"""
Building blocks of the models: ragged batches, latent cache, attention, experts, norms.
"""
