"""
Which keys of a ``config.json`` must be understood, and which are known to mean nothing for inference; torch-free.
"""

from __future__ import annotations

TEXT_KEYS = frozenset(
    """
    hidden_size vocab_size num_hidden_layers intermediate_size moe_intermediate_size num_attention_heads
    num_key_value_heads q_lora_rank kv_lora_rank qk_nope_head_dim qk_rope_head_dim v_head_dim n_routed_experts
    num_experts_per_tok n_shared_experts n_group topk_group topk_method scoring_func norm_topk_prob
    routed_scaling_factor first_k_dense_replace moe_layer_freq rms_norm_eps hidden_act attention_bias rope_theta
    rope_scaling rope_parameters rope_interleave max_position_embeddings tie_word_embeddings eos_token_id
    num_nextn_predict_layers num_mtp_layers quantization_config model_type auto_map num_local_experts qk_head_dim
    """.split()  # noqa: SIM905
)
"""
Read by :mod:`runtime.config.parse`; a value outside what the runtime can compute is refused.
"""

VISION_KEYS = frozenset(
    """
    patch_size init_pos_emb_height init_pos_emb_width init_pos_emb_time pos_emb_height pos_emb_width pos_emb_time
    pos_emb_type vt_num_attention_heads vt_num_hidden_layers vt_hidden_size vt_intermediate_size num_attention_heads
    num_hidden_layers hidden_size intermediate_size merge_kernel_size merge_type video_attn_type mm_projector_type
    mm_hidden_size projector_hidden_act projector_ln_eps text_hidden_size
    model_type auto_map hidden_act num_channels rope_parameters
    """.split()  # noqa: SIM905
)
"""
Both spellings: with and without the ``vt_`` and ``init_`` prefixes.
"""

TOP_KEYS = frozenset(
    """
    model_type architectures text_config vision_config media_placeholder_token_id image_token_id video_token_id
    quantization_config tie_word_embeddings auto_map eos_token_id projection_hidden_size projection_layer_norm_eps
    """.split()  # noqa: SIM905
)

IGNORED_KEYS = frozenset(
    """
    _name_or_path _attn_implementation _attn_implementation_autoset _commit_hash _experts_implementation architectures
    add_cross_attention aux_loss_alpha attention_dropout bad_words_ids begin_suppress_tokens bos_token_id
    chunk_size_feed_forward cross_attention_hidden_size decoder_start_token_id diversity_penalty do_sample dtype
    torch_dtype early_stopping encoder_no_repeat_ngram_size ep_size experts_implementation
    exponential_decay_length_penalty finetuning_task forced_bos_token_id forced_eos_token_id head_dim id2label
    ignore_index initializer_range is_decoder is_encoder_decoder keys_to_ignore_at_inference label2id length_penalty
    max_length min_length mm_token_id no_repeat_ngram_size num_beam_groups num_beams num_return_sequences
    output_attentions output_hidden_states output_router_logits output_scores pad_token_id prefix pretraining_tp
    problem_type pruned_heads remove_invalid_values repetition_penalty return_dict return_dict_in_generate
    router_aux_loss_coef sep_token_id seq_aux suppress_tokens task_specific_params temperature tf_legacy_loss
    tie_encoder_decoder tokenizer_class top_k top_p torchscript transformers_version transformers_weights typical_p
    unk_token_id use_bfloat16 use_cache use_return_dict use_unified_vision_chunk video_placeholder
    video_placeholder_token_id pad_token model_parallel vision_start_token_id vision_end_token_id
    is_causal router_jitter_noise
    """.split()  # noqa: SIM905
)
"""
Training leftovers and generation defaults that ``save_pretrained`` writes; none changes the logits.
"""
